"""Reviews: questions that are posted and answered, never stored. Whoever has the token may all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyhelm.simulator import bodies, statuses
from pyhelm.simulator.http import Request, Response, answer
from pyhelm.simulator.routes import Target

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

REVIEWS = frozenset(
    {
        "SelfSubjectAccessReview",
        "LocalSubjectAccessReview",
        "SubjectAccessReview",
        "SelfSubjectRulesReview",
        "SelfSubjectReview",
        "TokenReview",
    }
)
GROUPS = ["system:masters", "system:authenticated"]


def review(sim: Simulator, target: Target, request: Request) -> Response:
    """The answer to a review."""
    if request.method != "POST":
        raise statuses.method_not_allowed()
    obj, _ = bodies.read_object(target, request)
    obj["status"] = _status(target.resource.kind, request)
    return answer(obj, 201)


def _status(kind: str, request: Request) -> Object:
    user = {"username": request.user, "groups": GROUPS}
    if kind == "SelfSubjectReview":
        return {"userInfo": user}
    if kind == "TokenReview":
        return {"authenticated": True, "user": user}
    if kind == "SelfSubjectRulesReview":
        everything = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
        paths = {"verbs": ["*"], "nonResourceURLs": ["*"]}
        return {
            "resourceRules": [everything],
            "nonResourceRules": [paths],
            "incomplete": False,
        }
    return {"allowed": True, "reason": "the simulator allows everything to who has its token"}
