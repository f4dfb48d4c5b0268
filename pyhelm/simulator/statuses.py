"""The API server's Status objects, in its words, and this package's own fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class SimulatorFault(Exception):
    """The simulator as a program could not do what was asked; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason of a Status: which field is wrong, and how."""

    reason: str
    message: str
    field: str

    def as_dict(self) -> dict[str, str]:
        """As it stands in a Status."""
        return {"reason": self.reason, "message": self.message, "field": self.field}


class StatusError(Exception):
    """An answer that is a Status with `status: Failure`."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details

    def as_dict(self) -> dict[str, Any]:
        """The Status object."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details is not None:
            status["details"] = self.details
        status["code"] = self.code
        return {key: value for key, value in status.items() if value != ""}


def success(details: dict[str, Any]) -> dict[str, Any]:
    """The Status that answers a delete."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": details,
    }


def _details(name: str, group: str, kind: str, **more: Any) -> dict[str, Any]:
    details = {"name": name, "group": group, "kind": kind, **more}
    return {key: value for key, value in details.items() if value not in ("", None)}


def _qualified(group: str, plural: str) -> str:
    return f"{plural}.{group}" if group else plural


def not_found(group: str, plural: str, name: str) -> StatusError:
    """`deployments.apps "x" not found`."""
    message = f'{_qualified(group, plural)} "{name}" not found'
    return StatusError(404, "NotFound", message, details=_details(name, group, plural))


def no_such_resource() -> StatusError:
    """What a path to a resource that isn't served answers."""
    message = "the server could not find the requested resource"
    return StatusError(404, "NotFound", message, details={})


def already_exists(group: str, plural: str, name: str) -> StatusError:
    """`pods "x" already exists`."""
    message = f'{_qualified(group, plural)} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, details=_details(name, group, plural))


def conflict(group: str, plural: str, name: str, why: str = "") -> StatusError:
    """`Operation cannot be fulfilled on …`, by default because the object was modified."""
    why = why or (
        "the object has been modified; please apply your changes to the latest version "
        "and try again"
    )
    message = f'Operation cannot be fulfilled on {_qualified(group, plural)} "{name}": {why}'
    return StatusError(409, "Conflict", message, details=_details(name, group, plural))


def apply_conflict(causes: list[tuple[str, str]]) -> StatusError:
    """Fields of a server-side apply that others own; each cause is (who, field)."""
    by_manager: dict[str, list[str]] = {}
    for manager, path in causes:
        by_manager.setdefault(manager, []).append(path)
    parts = []
    for manager, paths in by_manager.items():
        if len(paths) == 1:
            parts.append(f"conflict with {manager}: {paths[0]}")
        else:
            listed = "\n".join(f"- {path}" for path in paths)
            parts.append(f"conflicts with {manager}:\n{listed}")
    total = len(causes)
    noun = "conflict" if total == 1 else "conflicts"
    message = f"Apply failed with {total} {noun}: " + "\n".join(parts)
    listed_causes = [
        Cause("FieldManagerConflict", f"conflict with {manager}", path).as_dict()
        for manager, path in causes
    ]
    return StatusError(409, "Conflict", message, details={"causes": listed_causes})


def invalid(group: str, kind: str, name: str, causes: Iterable[Cause]) -> StatusError:
    """`Deployment.apps "x" is invalid: …`, with all that is wrong."""
    causes = list(dict.fromkeys(causes))
    told = [f"{cause.field}: {cause.message}" for cause in causes]
    text = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    message = f'{_qualified(group, kind)} "{name}" is invalid: {text}'
    details = _details(name, group, kind, causes=[cause.as_dict() for cause in causes])
    return StatusError(422, "Invalid", message, details=details)


def bad_request(message: str) -> StatusError:
    """400."""
    return StatusError(400, "BadRequest", message)


def forbidden(group: str, plural: str, name: str, why: str) -> StatusError:
    """403 with the admission's or the authorizer's words."""
    quoted = f' "{name}"' if name else ""
    message = f"{_qualified(group, plural)}{quoted} is forbidden: {why}"
    return StatusError(403, "Forbidden", message, details=_details(name, group, plural))


def method_not_allowed() -> StatusError:
    """405."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message, details={})


def unsupported_media_type(accepted: Iterable[str]) -> StatusError:
    """415."""
    message = (
        "the body of the request was in an unknown format - accepted media types include: "
        + ", ".join(accepted)
    )
    return StatusError(415, "UnsupportedMediaType", message)


def expired(requested: str, oldest: int) -> StatusError:
    """410: a watch or a page that is too old."""
    message = f"too old resource version: {requested} ({oldest})"
    return StatusError(410, "Expired", message)


def unauthorized() -> StatusError:
    """401."""
    return StatusError(401, "Unauthorized", "Unauthorized")
