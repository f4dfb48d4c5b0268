"""The order that objects ask for themselves: `pyhelm/depends-on`, for what kinds can't say.

The annotation names objects of the same release, `kind/name` or `group/kind/name`, several with
commas between them. Such an object is applied after those that it names are applied and ready, as
kapp's change rules and nelm's deploy dependencies have it. All others keep Helm's order.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._suggestion import suggestion
from pyhelm._typing import Sequence
from pyhelm.actions.targets import Target
from pyhelm.errors import ChartError
from pyhelm.kube.cluster import ObjectRef

log = logger_of(__name__)

ANNOTATION = "pyhelm/depends-on"

Graph = dict[int, list[int]]
"""Places of objects, and of those that each comes after."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Objects that need not wait for each other, and those of them that later ones wait for."""

    targets: list[Target]
    awaited: list[ObjectRef]


def check(targets: Sequence[Target]) -> None:
    """Refuse names that are not in the release, and circles; raises ChartError."""
    graph, faults = _graph(targets)
    if faults:
        raise ChartError("\n".join(faults))
    circle = _circle(graph)
    if circle:
        names = " -> ".join(_shown(targets[place].ref) for place in circle)
        raise ChartError(f"{ANNOTATION} goes in a circle: {names}")


def stages(targets: Sequence[Target]) -> list[Stage]:
    """The objects in stages, each in the order given; one stage where nothing asks for another.

    What `check` refuses is passed over here: records that Helm made are rolled back and
    uninstalled whatever their annotations say.
    """
    graph, faults = _graph(targets)
    if not graph:
        return [Stage(list(targets), [])]
    for fault in faults:
        log.warning("%s", fault)
    levels = _levels(graph, len(targets))
    if levels is None:
        log.warning(
            "%s goes in a circle: objects are taken in the order of their kinds", ANNOTATION
        )
        return [Stage(list(targets), [])]
    needed = {place for places in graph.values() for place in places}
    return [
        Stage([targets[i] for i in level], [targets[i].ref for i in level if i in needed])
        for level in levels
    ]


def _levels(graph: Graph, count: int) -> list[list[int]] | None:
    """The places in batches, each after those that it needs; None for a circle."""
    from graphlib import CycleError, TopologicalSorter

    sorter = TopologicalSorter({place: graph.get(place, ()) for place in range(count)})
    try:
        sorter.prepare()
    except CycleError:
        return None
    levels = []
    while sorter.is_active():
        level = sorted(sorter.get_ready())
        sorter.done(*level)
        levels.append(level)
    return levels


def _circle(graph: Graph) -> list[int]:
    from graphlib import CycleError, TopologicalSorter

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        # It tells who is needed first; people read who needs whom.
        found: list[int] = exc.args[1][::-1]
        return found
    return []


def _graph(targets: Sequence[Target]) -> tuple[Graph, list[str]]:
    """Who comes after whom, and what is wrong with the names."""
    graph: Graph = {}
    faults: list[str] = []
    for place, target in enumerate(targets):
        for name in _names(target):
            found = _named(targets, name, target.ref.namespace)
            if found:
                graph.setdefault(place, []).extend(found)
            else:
                faults.append(_unknown(targets, target, name))
    return graph, faults


def _names(target: Target) -> list[str]:
    annotations = (target.object.get("metadata") or {}).get("annotations")
    text = annotations.get(ANNOTATION) if isinstance(annotations, dict) else None
    return [name.strip() for name in str(text).split(",") if name.strip()] if text else []


def _named(targets: Sequence[Target], name: str, namespace: str) -> list[int]:
    """The places of the objects that a name means: those of the same namespace, else of any."""
    found = [place for place, target in enumerate(targets) if _means(name, target.ref)]
    near = [place for place in found if targets[place].ref.namespace in (namespace, "")]
    return near or found


def _means(name: str, ref: ObjectRef) -> bool:
    words = name.split("/")
    group = ref.api_version.rpartition("/")[0]
    full = [group.lower(), ref.kind.lower(), ref.name]
    return [word.lower() for word in words[:-1]] + words[-1:] == full[-len(words) :] and (
        len(words) in (2, 3)
    )


def _unknown(targets: Sequence[Target], target: Target, name: str) -> str:
    known = [_short(each.ref) for each in targets if each is not target and each.ref.name]
    hint = suggestion(name.lower(), known)
    form = "" if name.count("/") in (1, 2) else " (write kind/name or group/kind/name)"
    return (
        f"{_shown(target.ref)}: {ANNOTATION} names {name!r}, which is no object of this "
        f"release{form}{hint}"
    )


def _short(ref: ObjectRef) -> str:
    return f"{ref.kind.lower()}/{ref.name}"


def _shown(ref: ObjectRef) -> str:
    return f"{ref.kind}/{ref.name}"
