"""Objects that no server takes: refused before anything is recorded, with the template's line."""

from __future__ import annotations

from pyhelm import _yaml, openapi
from pyhelm._dataclass import dataclass
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Iterator, Sequence
from pyhelm.engine.origins import Origins
from pyhelm.errors import ManifestError, YAMLError
from pyhelm.kube.cluster import Cluster
from pyhelm.kube.misfits import METADATA, Misfit, misfits
from pyhelm.kube.repeats import Repeat, repeats
from pyhelm.release.head import go_kind
from pyhelm.release.manifest import opened
from pyhelm.release.model import Manifest

logger = logger_of(__name__)

HEAD = ("apiVersion", "kind", "metadata")
_GO_TYPES = {"string": "string", "boolean": "bool", "integer": "int64"}


@dataclass(frozen=True, slots=True)
class Checks:
    """How closely new objects are looked at, and where what made them is written.

    Without `fields` only metadata is: the server is asked of the rest. Rows with the same keys are
    refused where they are applied `server_side`, and else warned of. With `strict` a field that the
    table of kinds has not is refused, as server-side apply does.
    """

    origins: Origins
    fields: bool = True
    server_side: bool = False
    strict: bool = False


def checks_of(cluster: Cluster, origins: Origins, *, server_side: bool, foreseen: bool) -> Checks:
    """What is to be checked of what a chart made, before it is applied or only `foreseen`."""
    mine, theirs = openapi.kubernetes_version(), cluster.capabilities().kube_version
    same = mine.split(".")[:2] == [f"v{theirs.major}", theirs.minor]
    strict = server_side and same
    return Checks(origins, fields=not foreseen, server_side=server_side, strict=strict)


class Unfit(ValueError):
    """Why an object is none; `path` is the field that is to blame."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        self.path = path
        super().__init__(message)


def check_head(obj: Any) -> None:
    """Refuse what has no apiVersion and kind, in Helm's words; raises Unfit."""
    start = 'error validating "": error validating data: '
    if not isinstance(obj, dict):
        raise Unfit(f"{start}invalid object to validate")
    faults = [fault for key in ("apiVersion", "kind") if (fault := _head_fault(obj, key))]
    if faults:
        raise Unfit(start + (faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"))


def _head_fault(obj: dict[str, Any], key: str) -> str:
    value = obj.get(key)
    if value is None or value == "":
        return f"{key} not set"
    return "" if isinstance(value, str) else f"{key} isn't string type"


def check_keys(manifest: Manifest, checks: Checks, what: str) -> None:
    """Refuse a key that a Jinja template wrote twice, of which one would be lost.

    Of Go templates the last one wins, as for Helm. Raises ManifestError; `what` says what the
    manifests are.
    """
    origins = checks.origins
    if not origins.is_jinja(manifest.source):
        return
    problem, line = repeated_key(manifest)
    if problem:
        where = origins.place(manifest.source, manifest.text.split("\n"), line) or manifest.source
        text = f"unable to build kubernetes objects from {what}: {problem} (from {where})"
        raise ManifestError(text, where, tuple(origins.shown(where)))


def repeated_key(manifest: Manifest) -> tuple[str, int]:
    """What is wrong with a key that comes twice, and in which line; empty if none does."""
    try:
        _yaml.load(manifest.text, strict=True)
    except YAMLError as exc:
        return exc.problem, exc.line
    return "", 0


def check_fields(obj: dict[str, Any], checks: Checks) -> None:
    """Refuse values of other types than Kubernetes has; raises Unfit.

    Of metadata in Helm's words; of other fields Helm knows nothing before the server refuses them.
    """
    about = obj if checks.fields else {key: obj[key] for key in HEAD if key in obj}
    found = list(misfits(about, strict=checks.strict))
    in_metadata = [each for each in found if each.path[0] == "metadata" and not each.unknown]
    if in_metadata:
        # Go's decoder meets the keys in their order.
        first = min(in_metadata, key=lambda each: each.path)
        go = f"{_in_go(first)}: " if first.owner.startswith("meta.v1.") else ""
        raise Unfit(f"{go}{first.text}", first.path)
    metadata = obj.get("metadata") or {}
    if metadata.get("name") and metadata.get("generateName"):
        raise Unfit("metadata.name and metadata.generateName cannot both be set")
    if not (metadata.get("name") or metadata.get("generateName")):
        raise Unfit(f"{obj['kind']} without metadata.name: resource name may not be empty")
    repeated = list(repeats(obj)) if checks.fields else []
    refused: list[Misfit | Repeat] = [*found, *(repeated if checks.server_side else ())]
    if refused:
        raise Unfit(told(obj, refused[0]), refused[0].path)
    for each in repeated:
        logger.warning("%s; client-side apply keeps one of them", told(obj, each))


def faults(obj: Any) -> Iterator[tuple[dict[str, Any], Misfit | Repeat]]:
    """What no server takes in an object, or in the items of a List, each with its object.

    Names are left to lint's own rule for them, which is Helm's.
    """
    for each in opened(obj):
        is_object = isinstance(each, dict) and not any(_head_fault(each, key) for key in HEAD[:2])
        found: list[Misfit | Repeat] = [*misfits(each), *repeats(each)] if is_object else []
        yield from ((each, fault) for fault in found if fault.path != ("metadata", "name"))


def told(obj: dict[str, Any], fault: Misfit | Repeat) -> str:
    """A fault, with the object that has it."""
    metadata = obj.get("metadata")
    name = metadata.get("name", "") if isinstance(metadata, dict) else ""
    return f'{obj.get("kind")} "{name}": {fault.text}'


def _in_go(misfit: Misfit) -> str:
    owner = misfit.owner.rpartition(".")[2]
    # A label's name is no field of Go's.
    steps = misfit.path[:2] if misfit.owner == METADATA else misfit.path
    path = ".".join(step for step in steps if isinstance(step, str))
    return (
        f'unable to decode "": json: cannot unmarshal {go_kind(misfit.value)} into Go struct '
        f"field {owner}.{path} of type {_go_type(misfit)}"
    )


def _go_type(misfit: Misfit) -> str:
    schema = misfit.schema
    if misfit.path[-1] == "uid":
        return "types.UID"
    if schema.type == "array":
        items = schema.items
        return f"[]{'string' if items is None or not items.name else _type_name(items.name)}"
    if schema.type == "object":
        return _type_name(schema.name) if schema.name else "map[string]string"
    return _GO_TYPES[schema.type]


def _type_name(name: str) -> str:
    return name.removeprefix("meta.")


def located(
    problem: Unfit, manifest: Manifest, obj: Any, checks: Checks | None, what: str
) -> ManifestError:
    """The error to raise: what the manifests are, what is wrong, and in which template and line."""
    where = (
        place_of(problem.path, manifest, obj, checks.origins) if checks else ""
    ) or manifest.source
    said = f" (from {where})" if where else ""
    shows = checks if checks and checks.origins.is_jinja(manifest.source) else None
    shown = tuple(shows.origins.shown(where)) if shows else ()
    message = f"unable to build kubernetes objects from {what}: {problem}{said}"
    return ManifestError(message, where, shown)


def place_of(
    path: Sequence[str | int],
    manifest: Manifest,
    obj: Any,
    origins: Origins,
    whole: Sequence[str] = (),
    before: int = 0,
) -> str:
    """The template and line of a field, or of the nearest one around it that was written.

    `obj` is what the manifest holds, or an item of its List. Where the template's `whole` lines are
    known, so many are `before` the manifest's. Empty where that can't be told.
    """
    from pyhelm.release.places import lines_of

    lines = manifest.text.split("\n")
    numbers = lines_of(manifest, obj, path) if path else [*_first(lines)]
    places = (origins.place(manifest.source, whole or lines, before + each) for each in numbers)
    return next(filter(None, places), "")


def _first(lines: list[str]) -> Iterator[int]:
    """The first line that says something."""
    yield from (n for n, text in enumerate(lines, 1) if text.split("#")[0].strip())
