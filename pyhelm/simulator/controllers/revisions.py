"""ControllerRevisions: the templates that StatefulSets and DaemonSets had."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pyhelm.simulator.controllers import writes
from pyhelm.simulator.controllers.deployments import template_hash
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

REVISIONS = "controllerrevisions.apps"


def ensure(sim: Simulator, owner: Object, *, label: str) -> str:
    """The name of the revision of an owner's template, which is the newest one from now on."""
    template = owner["spec"]["template"]
    data = {"spec": {"template": {"$patch": "replace", **copy.deepcopy(template)}}}
    found = writes.owned(sim, REVISIONS, owner)
    newest = max((each.obj["revision"] for each in found), default=0)
    same = next((each for each in found if each.obj["data"] == data), None)
    if same is None:
        name = _create(sim, owner, data, label=label, number=newest + 1)
        _clean_up(sim, owner, found)
        return name
    if same.obj["revision"] < newest:
        sim.store.put(REVISIONS, {**same.copy(), "revision": newest + 1})
    name = same.obj["metadata"]["name"]
    return str(name)


def _create(sim: Simulator, owner: Object, data: Object, *, label: str, number: int) -> str:
    metadata = owner["metadata"]
    digest = template_hash(data)
    labels = owner["spec"]["template"].get("metadata", {}).get("labels") or {}
    name = f"{metadata['name']}-{digest}"
    writes.create(
        sim,
        {
            "apiVersion": "apps/v1",
            "kind": "ControllerRevision",
            "metadata": {
                "name": name,
                "namespace": metadata["namespace"],
                "labels": {**labels, label: digest},
                "ownerReferences": [writes.owner_reference(owner)],
            },
            "data": data,
            "revision": number,
        },
    )
    return name


def _clean_up(sim: Simulator, owner: Object, found: list[Stored]) -> None:
    limit = owner["spec"].get("revisionHistoryLimit", 10)
    oldest = sorted(found, key=lambda each: each.obj["revision"])
    for each in oldest[: max(len(found) - limit, 0)]:
        writes.delete(sim, each)
