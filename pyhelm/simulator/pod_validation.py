"""What the API server refuses in Pods and Pod templates, in its words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pyhelm.simulator.causes import (
    LABEL_1123,
    LABEL_1123_RULE,
    duplicate,
    label_causes,
    required,
    unsupported,
    wrong,
)
from pyhelm.simulator.network_validation import port_name_causes, port_number_causes
from pyhelm.simulator.selectors import matches
from pyhelm.simulator.statuses import Cause

Object = Mapping[str, Any]
Causes = Iterator[Cause]

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
ENV_NAME = re.compile(r"[^\x00-\x1f\x7f-\uffff=]+")


def pod_causes(pod: Object) -> Causes:
    """A Pod's faults."""
    yield from spec_causes(pod.get("spec") or {}, "spec")


def template_causes(
    template: Object, path: str, selector: Object | None, *, always: bool = True
) -> Causes:
    """A Pod template's faults; with `always`, its Pods must be restarted."""
    labels = (template.get("metadata") or {}).get("labels") or {}
    spec = template.get("spec") or {}
    if always and not matches(selector, labels):
        text = "`selector` does not match template `labels`"
        yield wrong(f"{path}.metadata.labels", labels or None, text)
    yield from label_causes(labels, f"{path}.labels")
    yield from spec_causes(spec, f"{path}.spec")
    policy = spec.get("restartPolicy")
    if always and policy not in ("Always", None):
        yield unsupported(f"{path}.spec.restartPolicy", policy, ("Always",))


def spec_causes(spec: Object, path: str) -> Causes:
    """A Pod's spec."""
    containers = spec.get("containers") or []
    if not containers:
        yield required(f"{path}.containers")
    volumes = {volume.get("name") for volume in spec.get("volumes") or ()}
    yield from _volume_causes(spec, path)
    names: set[str] = set()
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            where = f"{path}.{field}[{index}]"
            name = container.get("name", "")
            if name and name in names:
                yield duplicate(f"{where}.name", name)
            names.add(name)
            yield from _container_causes(container, where, volumes)


def _volume_causes(spec: Object, path: str) -> Causes:
    seen: set[str] = set()
    for index, volume in enumerate(spec.get("volumes") or ()):
        where, name = f"{path}.volumes[{index}]", volume.get("name", "")
        if not name:
            yield required(f"{where}.name")
        elif not LABEL_1123.fullmatch(name):
            yield wrong(f"{where}.name", name, LABEL_1123_RULE)
        if name in seen:
            yield duplicate(f"{where}.name", name)
        seen.add(name)
        if len(volume) > 2:
            text = "Forbidden: may not specify more than 1 volume type"
            second = sorted(set(volume) - {"name"})[1]
            yield Cause("FieldValueForbidden", text, f"{where}.{second}")


def _container_causes(container: Object, path: str, volumes: set[Any]) -> Causes:
    name = container.get("name", "")
    if not name:
        yield required(f"{path}.name")
    elif not LABEL_1123.fullmatch(name) or len(name) > 63:
        yield wrong(f"{path}.name", name, LABEL_1123_RULE)
    if not container.get("image"):
        yield required(f"{path}.image")
    elif container["image"] != container["image"].strip():
        yield wrong(
            f"{path}.image", container["image"], "must not have leading or trailing whitespace"
        )
    for index, port in enumerate(container.get("ports") or ()):
        yield from _port_causes(port, f"{path}.ports[{index}]")
    for index, variable in enumerate(container.get("env") or ()):
        if not variable.get("name"):
            yield required(f"{path}.env[{index}].name")
    yield from _mount_causes(container, path, volumes)
    policy = container.get("imagePullPolicy")
    if policy not in PULL_POLICIES:
        yield unsupported(f"{path}.imagePullPolicy", policy, PULL_POLICIES)


def _port_causes(port: Object, path: str) -> Causes:
    number = port.get("containerPort")
    if not number:
        yield required(f"{path}.containerPort")
    yield from port_number_causes(f"{path}.containerPort", number or None)
    if port.get("name"):
        yield from port_name_causes(f"{path}.name", port["name"])


def _mount_causes(container: Object, path: str, volumes: set[Any]) -> Causes:
    seen: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        where = f"{path}.volumeMounts[{index}]"
        name, target = mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            yield required(f"{where}.name")
        elif name not in volumes:
            text = f"Not found: {json.dumps(name)}"
            yield Cause("FieldValueNotFound", text, f"{where}.name")
        if not target:
            yield required(f"{where}.mountPath")
        elif target in seen:
            yield wrong(f"{where}.mountPath", target, "must be unique")
        seen.add(target)
