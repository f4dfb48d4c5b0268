"""The objects of a revision on their way to the cluster, each with what was applied before."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field, replace
from pyhelm._typing import Iterable
from pyhelm.actions import fitting, ownership
from pyhelm.actions.fitting import Checks
from pyhelm.errors import NotFound
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.release.manifest import opened
from pyhelm.release.model import Manifest, Release


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
    checks: Checks | None = None,
) -> list[Target]:
    """The objects of manifests, each with its namespace where its kind has one.

    New objects are checked as `checks` says, those of an old record taken as they are. Raises
    ManifestError, in Helm's words, naming the template of an object that is none; `what` says what
    the manifests are. A kind that the server doesn't have is an error, unless what is `foreseen`
    may bring it.
    """
    found = []
    for manifest in manifests:
        if checks is not None:
            fitting.check_keys(manifest, checks, what)
        for obj in opened(manifest.object):
            if obj is None or obj == {}:
                continue
            try:
                fitting.check_head(obj)
                if checks is not None:
                    fitting.check_fields(obj, checks)
                target = _target(cluster, obj, namespace, foreseen=foreseen)
            except fitting.Unfit as exc:
                raise fitting.located(exc, manifest, obj, checks, what) from exc
            found.append(replace(target, source=manifest.source))
    return found


def _target(cluster: Cluster, obj: Object, namespace: str, *, foreseen: bool) -> Target:
    ref = ObjectRef.of(obj)
    try:
        namespaced = cluster.namespaced(ref.api_version, ref.kind)
    except NotFound as exc:
        if foreseen:
            return Target(ObjectRef.of(obj, namespace), obj)
        raise fitting.Unfit(
            f'resource mapping not found for name: "{ref.name}" namespace: "{ref.namespace}" '
            f'from "": {exc}'
        ) from exc
    if not namespaced:
        return Target(ObjectRef(ref.api_version, ref.kind, ref.name), obj)
    own = ref.namespace or namespace
    placed = {**obj, "metadata": {**(obj.get("metadata") or {}), "namespace": own}}
    return Target(ObjectRef(ref.api_version, ref.kind, ref.name, own), placed)


def owned(targets: Iterable[Target], release: Release) -> list[Target]:
    """Targets whose objects say that they are a release's."""
    name, namespace = release.name, release.namespace
    return [
        replace(target, object=ownership.owned(target.object, name, namespace))
        for target in targets
    ]


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
