"""CustomResourceDefinitions: accepted, established, served; and gone with their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyhelm.simulator.clock import stamp
from pyhelm.simulator.controllers import writes
from pyhelm.simulator.resources import custom_resources
from pyhelm.simulator.store import Stored

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


def reconcile(sim: Simulator, namespace: str, name: str) -> None:
    """Serve what a definition defines, as long as it's there."""
    stored = sim.store.get(DEFINITIONS, "", name)
    if stored is None:
        _stop_serving(sim, name)
        return
    if stored.obj["metadata"].get("deletionTimestamp"):
        _clean_up(sim, stored)
        return
    if CLEANUP not in (stored.obj["metadata"].get("finalizers") or ()):
        crd = stored.copy()
        crd["metadata"].setdefault("finalizers", []).append(CLEANUP)
        writes.update(sim, stored, crd)
        stored = sim.store.get(DEFINITIONS, "", name) or stored
    served = sim.registry.of(*_first(stored.obj))
    if served is None or sim.store.meta(f"served {name}") != _generation(stored):
        sim.registry.add_crd(stored.obj)
        sim.store.set_meta(f"served {name}", _generation(stored))
    writes.update_status(sim, stored, _status(sim, stored.obj))


def _generation(stored: Stored) -> str:
    return str(stored.obj["metadata"].get("generation", 1))


def _first(crd: Object) -> tuple[str, str]:
    found = custom_resources(crd)
    return (found[0].api_version, found[0].kind) if found else ("", "")


def _stop_serving(sim: Simulator, name: str) -> None:
    plural, _, group = name.partition(".")
    sim.registry.remove_crd({"spec": {"group": group, "names": {"plural": plural}}})


def _clean_up(sim: Simulator, stored: Stored) -> None:
    name = stored.obj["metadata"]["name"]
    for each in sim.store.list(name):
        if not each.obj["metadata"].get("deletionTimestamp"):
            writes.delete(sim, each)
    if sim.store.list(name):
        sim.controllers.later(1, "definitions", ("", name))
        return
    crd = stored.copy()
    finalizers = crd["metadata"].get("finalizers") or []
    crd["metadata"]["finalizers"] = [each for each in finalizers if each != CLEANUP]
    writes.update(sim, stored, crd)


def _status(sim: Simulator, crd: Object) -> Object:
    now = stamp(sim.clock())
    conditions = (crd.get("status") or {}).get("conditions") or []
    conditions = writes.with_condition(
        conditions,
        "NamesAccepted",
        "True",
        now=now,
        reason="NoConflicts",
        message="no conflicts found",
    )
    conditions = writes.with_condition(
        conditions,
        "Established",
        "True",
        now=now,
        reason="InitialNamesAccepted",
        message="the initial names have been accepted",
    )
    stored = [v["name"] for v in crd["spec"]["versions"] if v.get("storage")]
    return {
        "acceptedNames": crd["spec"]["names"],
        "conditions": conditions,
        "storedVersions": stored,
    }
