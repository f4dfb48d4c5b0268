"""What a Pod needs before it can start: the ConfigMaps and Secrets that it mounts and reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhelm.simulator.simulator import Simulator

Object = dict[str, Any]


def containers(pod: Object) -> list[Object]:
    """A Pod's containers, with those that run first."""
    return [*(pod["spec"].get("containers") or ()), *(pod["spec"].get("initContainers") or ())]


def missing_volume(sim: Simulator, pod: Object) -> str:
    """What a Pod mounts and isn't there, in the kubelet's words; empty when all is."""
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        for resource, name in _mounted(volume):
            if sim.store.get(resource, namespace, name) is None:
                kind = "configmap" if resource == "configmaps" else "secret"
                what = f'{kind} "{name}" not found'
                return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {what}'
    return ""


def _mounted(volume: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
    for source in sources:
        config = source.get("configMap")
        if config and not config.get("optional"):
            yield "configmaps", config.get("name", "")
        secret = source.get("secret")
        if secret and not secret.get("optional"):
            yield "secrets", secret.get("secretName") or secret.get("name", "")


def missing_environment(sim: Simulator, pod: Object) -> tuple[Object, str] | None:
    """The container that reads what isn't there, and what that is."""
    namespace = pod["metadata"]["namespace"]
    for container in containers(pod):
        for resource, name, key in _read(container):
            stored = sim.store.get(resource, namespace, name)
            kind = "configmap" if resource == "configmaps" else "secret"
            if stored is None:
                return container, f'{kind} "{name}" not found'
            data = {**(stored.obj.get("data") or {}), **(stored.obj.get("binaryData") or {})}
            if key and key not in data:
                full = "ConfigMap" if resource == "configmaps" else "Secret"
                return container, f"couldn't find key {key} in {full} {namespace}/{name}"
    return None


def _read(container: Object) -> Iterator[tuple[str, str, str]]:
    for variable in container.get("env") or ():
        source = variable.get("valueFrom") or {}
        for field, resource in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
            reference = source.get(field)
            if reference and not reference.get("optional"):
                yield resource, reference.get("name", ""), reference.get("key", "")
    for source in container.get("envFrom") or ():
        for field, resource in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
            reference = source.get(field)
            if reference and not reference.get("optional"):
                yield resource, reference.get("name", ""), ""
