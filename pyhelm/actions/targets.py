"""The objects of a revision on their way to the cluster, each with what was applied before."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field, replace
from pyhelm._typing import Iterable
from pyhelm._yaml import to_json
from pyhelm.errors import NotFound, OperationFailed
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.release.manifest import opened
from pyhelm.release.model import Manifest


@dataclass(frozen=True, slots=True)
class Target:
    """An object to apply, with what an earlier revision applied under the same name, if any.

    `unchanged` says that it is the same; `source` is the template that it came from.
    """

    ref: ObjectRef
    object: Object
    before: Object | None = field(default=None)
    unchanged: bool = False
    source: str = ""


def build(
    cluster: Cluster,
    manifests: Iterable[Manifest],
    namespace: str,
    *,
    what: str = "release manifest",
    foreseen: bool = False,
) -> list[Target]:
    """The objects of manifests, each with its namespace where its kind has one.

    Raises OperationFailed, in Helm's words, naming the template of an object that is none; `what`
    says what the manifests are. A kind that the server doesn't have is an error, unless what is
    `foreseen` may bring it.
    """
    found = []
    for manifest in manifests:
        for obj in opened(manifest.object):
            if not obj:
                continue
            try:
                target = _target(cluster, obj, namespace, foreseen=foreseen)
                found.append(replace(target, source=manifest.source))
            except ValueError as exc:
                where = f" (from {manifest.source})" if manifest.source else ""
                text = f"unable to build kubernetes objects from {what}: {exc}{where}"
                raise OperationFailed(text) from exc
    return found


def _target(cluster: Cluster, obj: Object, namespace: str, *, foreseen: bool) -> Target:
    for key in ("apiVersion", "kind"):
        if not obj.get(key):
            raise ValueError(f'error validating "": error validating data: {key} not set')
    ref = ObjectRef.of(obj)
    metadata = obj.get("metadata") or {}
    for key in ("name", "namespace"):
        value = metadata.get(key)
        if not (value is None or isinstance(value, str)):
            shown = to_json(value)
            raise ValueError(f"metadata.{key} is {shown} where a string is needed; quote it")
    for key in ("labels", "annotations"):
        _check_texts(metadata.get(key), key)
    if ref.name and metadata.get("generateName"):
        raise ValueError("metadata.name and metadata.generateName cannot both be set")
    try:
        namespaced = cluster.namespaced(ref.api_version, ref.kind)
    except NotFound as exc:
        if foreseen:
            return Target(ObjectRef.of(obj, namespace), obj)
        raise ValueError(
            f'resource mapping not found for name: "{ref.name}" namespace: "{ref.namespace}" '
            f'from "": {exc}'
        ) from exc
    if not namespaced:
        return Target(ObjectRef(ref.api_version, ref.kind, ref.name), obj)
    own = ref.namespace or namespace
    placed = {**obj, "metadata": {**metadata, "namespace": own}}
    return Target(ObjectRef(ref.api_version, ref.kind, ref.name, own), placed)


def _check_texts(found: object, key: str) -> None:
    """Labels and annotations are texts; any other value is refused before anything is changed."""
    for value in found.values() if isinstance(found, dict) else ():
        if not (value is None or isinstance(value, str)):
            kind = next(name for types, name in _GO_KINDS if isinstance(value, types))
            raise ValueError(
                f'unable to decode "": json: cannot unmarshal {kind} into Go struct field '
                f"ObjectMeta.metadata.{key} of type string"
            )


_GO_KINDS = (
    (bool, "bool"),
    ((int, float), "number"),
    (list, "array"),
    (dict, "object"),
)
"""What Go calls values that are no text."""


def with_before(targets: Iterable[Target], old: Iterable[Target]) -> list[Target]:
    """Targets that know what the last revision applied, which client-side apply needs."""
    known = {identity(target.ref): target.object for target in old}
    found = []
    for target in targets:
        before = known.get(identity(target.ref))
        same = before == target.object
        found.append(replace(target, before=before, unchanged=same))
    return found


def new_refs(targets: Iterable[Target], old: Iterable[Target]) -> list[ObjectRef]:
    """What the last revision had not."""
    known = {identity(target.ref) for target in old}
    return [t.ref for t in targets if t.ref.name and identity(t.ref) not in known]


def identity(ref: ObjectRef) -> tuple[str, str, str, str]:
    """An object under any version of its group."""
    group = ref.api_version.rpartition("/")[0]
    return group, ref.kind, ref.namespace, ref.name
