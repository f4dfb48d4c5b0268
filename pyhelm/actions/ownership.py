"""Whose an object is: Helm's label and annotations, set on what we apply, checked elsewhere."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._typing import Any, Iterable, Mapping
from pyhelm.errors import APIError, OperationFailed, OwnershipError
from pyhelm.kube.cluster import Cluster, Object, ObjectRef
from pyhelm.kube.finding import find

MANAGED_BY = "app.kubernetes.io/managed-by"
RELEASE_NAME = "meta.helm.sh/release-name"
RELEASE_NAMESPACE = "meta.helm.sh/release-namespace"
RESOURCE_POLICY = "helm.sh/resource-policy"


def owned(obj: Object, name: str, namespace: str) -> Object:
    """A copy of an object that says that it is the release's."""
    made: dict[str, Any] = _yaml.copied(obj)
    metadata = made.setdefault("metadata", {})
    labels = metadata.get("labels") or {}
    annotations = metadata.get("annotations") or {}
    metadata["labels"] = {**labels, MANAGED_BY: "Helm"}
    metadata["annotations"] = {
        **annotations,
        RELEASE_NAME: name,
        RELEASE_NAMESPACE: namespace,
    }
    return made


def existing(cluster: Cluster, refs: Iterable[ObjectRef]) -> dict[ObjectRef, Object]:
    """The metadata of those of the objects that exist; raises OperationFailed."""
    found: dict[ObjectRef, Object] = {}
    for ref, answer in find(cluster, refs).items():
        if isinstance(answer, APIError):
            text = f"could not get information about the resource {shown(ref)}: {answer}"
            raise OperationFailed(text) from answer
        found[ref] = answer
    return found


def check(found: Mapping[ObjectRef, Object], name: str, namespace: str) -> None:
    """Raise one OwnershipError naming every object that is not the release's."""
    conflicts = []
    for ref, obj in found.items():
        faults = ownership_faults(obj, name, namespace)
        if faults:
            conflicts.append(
                f"{shown(ref)} exists and cannot be imported into the current release: "
                f"invalid ownership metadata; {'; '.join(faults)}"
            )
    if conflicts:
        raise OwnershipError("\n".join(conflicts), tuple(conflicts))


def ownership_faults(obj: Mapping[str, Any], name: str, namespace: str) -> list[str]:
    """What keeps an object from being the release's, in Helm's words."""
    metadata = obj.get("metadata") or {}
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    wanted = (
        ("label", labels, MANAGED_BY, "Helm"),
        ("annotation", annotations, RELEASE_NAME, name),
        ("annotation", annotations, RELEASE_NAMESPACE, namespace),
    )
    found = []
    for kind, have, key, value in wanted:
        if key not in have:
            found.append(f'{kind} validation error: missing key "{key}": must be set to "{value}"')
        elif have[key] != value:
            found.append(
                f'{kind} validation error: key "{key}" must equal "{value}": '
                f'current value is "{have[key]}"'
            )
    return found


def is_anothers(obj: Mapping[str, Any], name: str, namespace: str) -> bool:
    """Whether an object says that it is another release's."""
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    owner = (annotations.get(RELEASE_NAME, name), annotations.get(RELEASE_NAMESPACE, namespace))
    return owner != (name, namespace)


def is_kept(obj: Mapping[str, Any]) -> bool:
    """Whether `helm.sh/resource-policy: keep` protects an object from deletion."""
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(RESOURCE_POLICY, "")).strip().lower() == "keep"


def shown(ref: ObjectRef) -> str:
    """An object as Helm's messages name it."""
    return f'{ref.kind} "{ref.name}" in namespace "{ref.namespace}"'
