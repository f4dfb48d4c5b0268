"""What stands in the columns of a table, per kind, as the API server's printers write it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from pyhelm.simulator.clock import parse

Object = dict[str, Any]

NONE = "<none>"
UNSET = "<unset>"
ACCESS_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def duration(seconds: float) -> str:
    """`42s`, `2m42s`, `31m`, `5h2m`, `3d`: as `kubectl` writes ages."""
    total = int(seconds)
    if total < 0:
        return "0s"
    if total < 120:
        return f"{total}s"
    minutes, hours, days = total // 60, total // 3600, total // 86400
    if minutes < 10:
        return f"{minutes}m{total % 60}s" if total % 60 else f"{minutes}m"
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return f"{days}d{hours % 24}h" if hours % 24 else f"{days}d"
    if days < 730:
        return f"{days}d"
    years = days // 365
    if years < 8:
        return f"{years}y{days % 365}d" if days % 365 else f"{years}y"
    return f"{years}y"


def since(stamp: str | None) -> str:
    """The time since a moment."""
    return duration(time.time() - parse(stamp)) if stamp else "<unknown>"


def age(obj: Object) -> str:
    """An object's age."""
    return since(obj["metadata"].get("creationTimestamp"))


def text(value: Any) -> str:
    """A value in a column of text."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def status_of(obj: Object) -> Object:
    """An object's status; empty where it has none."""
    return obj.get("status") or {}


def label_text(labels: Mapping[str, str] | None) -> str:
    """Labels as text."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE


def selector_text(selector: Mapping[str, Any] | None) -> str:
    """A LabelSelector as text."""
    if not selector:
        return NONE
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for each in selector.get("matchExpressions") or ():
        key, operator, values = each["key"], each["operator"], each.get("values") or ()
        if operator in ("In", "NotIn"):
            parts.append(f"{key} {operator.lower()} ({','.join(sorted(values))})")
        else:
            parts.append(key if operator == "Exists" else f"!{key}")
    return ",".join(sorted(parts)) or NONE


def template_images(obj: Object) -> tuple[str, str]:
    """The names and images of a template's containers."""
    template = (obj.get("spec") or {}).get("template") or {}
    containers = (template.get("spec") or {}).get("containers") or ()
    return images_of(containers)


def images_of(containers: Iterable[Object]) -> tuple[str, str]:
    """The names and images of containers."""
    found = list(containers)
    names = ",".join(each["name"] for each in found)
    return names, ",".join(each.get("image", "") for each in found)


def service(obj: Object) -> list[Any]:
    """Services."""
    spec = obj["spec"]
    return [
        spec.get("type", "ClusterIP"),
        spec.get("clusterIP") or NONE,
        _external(obj),
        _service_ports(spec.get("ports") or ()),
        age(obj),
        label_text(spec.get("selector")),
    ]


def _external(obj: Object) -> str:
    spec = obj["spec"]
    given = list(spec.get("externalIPs") or ())
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName", ""))
    if spec.get("type") != "LoadBalancer":
        return ",".join(given) or NONE
    ingress = (status_of(obj).get("loadBalancer") or {}).get("ingress") or ()
    addresses = [each.get("ip") or each.get("hostname", "") for each in ingress]
    return ",".join([*addresses, *given]) or "<pending>"


def _service_ports(ports: Iterable[Object]) -> str:
    shown = []
    for port in ports:
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        shown.append(f"{port['port']}{node}/{port.get('protocol', 'TCP')}")
    return ",".join(shown) or NONE


def endpoints(obj: Object) -> list[Any]:
    """Endpoints."""
    found = []
    for subset in obj.get("subsets") or ():
        for address in subset.get("addresses") or ():
            ports = subset.get("ports") or ()
            found += [f"{address['ip']}:{port['port']}" for port in ports] or [address["ip"]]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return [(",".join(found[:3]) + more) or NONE, age(obj)]


def endpoint_slice(obj: Object) -> list[Any]:
    """EndpointSlices."""
    ports = [str(port.get("port", "*")) for port in obj.get("ports") or ()]
    found = [a for each in obj.get("endpoints") or () for a in each.get("addresses") or ()]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    shown = (",".join(found[:3]) + more) or UNSET
    return [obj.get("addressType", ""), ",".join(ports) or UNSET, shown, age(obj)]


def config_map(obj: Object) -> list[Any]:
    """ConfigMaps."""
    return [len(obj.get("data") or {}) + len(obj.get("binaryData") or {}), age(obj)]


def secret(obj: Object) -> list[Any]:
    """Secrets."""
    return [obj.get("type", "Opaque"), len(obj.get("data") or {}), age(obj)]


def _modes(modes: Iterable[str] | None) -> str:
    return ",".join(ACCESS_MODES.get(mode, mode) for mode in modes or ())


def claim(obj: Object) -> list[Any]:
    """PersistentVolumeClaims."""
    spec, status = obj["spec"], status_of(obj)
    bound = bool(spec.get("volumeName"))
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", "")
    capacity = (status.get("capacity") or {}).get("storage", "") if bound else ""
    return [
        phase,
        spec.get("volumeName", ""),
        capacity,
        _modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", UNSET),
        age(obj),
        spec.get("volumeMode", UNSET),
    ]


def volume(obj: Object) -> list[Any]:
    """PersistentVolumes."""
    spec, status = obj["spec"], status_of(obj)
    claimed = spec.get("claimRef")
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", "")
    return [
        (spec.get("capacity") or {}).get("storage", ""),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        phase,
        f"{claimed.get('namespace')}/{claimed.get('name')}" if claimed else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", UNSET),
        status.get("reason", ""),
        age(obj),
        spec.get("volumeMode", UNSET),
    ]


def namespace(obj: Object) -> list[Any]:
    """Namespaces."""
    return [status_of(obj).get("phase", ""), age(obj)]


def node(obj: Object) -> list[Any]:
    """Nodes."""
    status = status_of(obj)
    conditions: list[Object] = status.get("conditions") or []
    ready = next((each for each in conditions if each["type"] == "Ready"), {})
    state = {"True": "Ready", "False": "NotReady"}.get(ready.get("status", ""), "Unknown")
    if obj["spec"].get("unschedulable"):
        state += ",SchedulingDisabled"
    prefix = "node-role.kubernetes.io/"
    labels = obj["metadata"].get("labels") or {}
    roles = sorted(each.removeprefix(prefix) for each in labels if each.startswith(prefix))
    addresses = {each["type"]: each["address"] for each in status.get("addresses") or ()}
    info = status.get("nodeInfo") or {}
    return [
        state,
        ",".join(roles) or NONE,
        age(obj),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", NONE),
        addresses.get("ExternalIP", NONE),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def ingress(obj: Object) -> list[Any]:
    """Ingresses."""
    spec = obj["spec"]
    hosts = [rule["host"] for rule in spec.get("rules") or () if rule.get("host")]
    given = (status_of(obj).get("loadBalancer") or {}).get("ingress") or ()
    addresses = ",".join(each.get("ip") or each.get("hostname", "") for each in given)
    more = f" + {len(hosts) - 3} more..." if len(hosts) > 3 else ""
    ports = "80, 443" if spec.get("tls") else "80"
    shown = (",".join(hosts[:3]) + more) or "*"
    return [spec.get("ingressClassName") or NONE, shown, addresses, ports, age(obj)]


def ingress_class(obj: Object) -> list[Any]:
    """IngressClasses."""
    parameters = obj["spec"].get("parameters")
    shown = NONE
    if parameters:
        group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") else ""
        shown = f"{parameters['kind']}{group}/{parameters['name']}"
    return [obj["spec"].get("controller", ""), shown, age(obj)]


def network_policy(obj: Object) -> list[Any]:
    """NetworkPolicies."""
    return [selector_text(obj["spec"].get("podSelector")), age(obj)]


def autoscaler(obj: Object) -> list[Any]:
    """HorizontalPodAutoscalers."""
    spec, status = obj["spec"], status_of(obj)
    reference = spec["scaleTargetRef"]
    least = spec.get("minReplicas")
    return [
        f"{reference['kind']}/{reference['name']}",
        ", ".join(_metric(each) for each in spec.get("metrics") or ()) or NONE,
        str(least) if least is not None else UNSET,
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age(obj),
    ]


def _metric(metric: Object) -> str:
    source = metric.get("resource") or metric.get("containerResource") or {}
    target = source.get("target") or {}
    wanted = target.get("averageValue", "<auto>")
    if target.get("averageUtilization") is not None:
        wanted = f"{target['averageUtilization']}%"
    return f"{source.get('name', '')}: <unknown>/{wanted}"


def disruption_budget(obj: Object) -> list[Any]:
    """PodDisruptionBudgets."""
    spec = obj["spec"]
    limits = [str(spec.get(name, "N/A")) for name in ("minAvailable", "maxUnavailable")]
    return [*limits, status_of(obj).get("disruptionsAllowed", 0), age(obj)]


def role_binding(obj: Object) -> list[Any]:
    """RoleBindings and ClusterRoleBindings."""
    reference = obj["roleRef"]
    found: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for each in obj.get("subjects") or ():
        name = each.get("name", "")
        if each.get("kind") == "ServiceAccount":
            name = f"{each.get('namespace', '')}/{name}"
        found.setdefault(each.get("kind", ""), []).append(name)
    shown = [", ".join(found[kind]) for kind in ("User", "Group", "ServiceAccount")]
    return [f"{reference['kind']}/{reference['name']}", age(obj), *shown]


def storage_class(obj: Object) -> list[Any]:
    """StorageClasses."""
    return [
        obj["provisioner"],
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        bool(obj.get("allowVolumeExpansion")),
        age(obj),
    ]


def controller_revision(obj: Object) -> list[Any]:
    """ControllerRevisions."""
    references = obj["metadata"].get("ownerReferences") or ()
    owner = next((each for each in references if each.get("controller")), None)
    shown = NONE
    if owner:
        group = owner["apiVersion"].rpartition("/")[0]
        kind = owner["kind"].lower()
        shown = f"{kind}.{group}/{owner['name']}" if group else f"{kind}/{owner['name']}"
    return [shown, obj["revision"], age(obj)]


def priority_class(obj: Object) -> list[Any]:
    """PriorityClasses."""
    policy = obj.get("preemptionPolicy", "")
    return [obj["value"], bool(obj.get("globalDefault")), age(obj), policy]


def lease(obj: Object) -> list[Any]:
    """Leases."""
    return [(obj.get("spec") or {}).get("holderIdentity", ""), age(obj)]


def definition(obj: Object) -> list[Any]:
    """CustomResourceDefinitions."""
    spec = obj["spec"]
    names = spec["names"]
    established = any(
        each["type"] == "Established" and each["status"] == "True"
        for each in status_of(obj).get("conditions") or ()
    )
    return [
        spec.get("scope", ""),
        ",".join(each["name"] for each in spec["versions"]),
        obj["metadata"]["creationTimestamp"],
        spec["group"],
        names["kind"],
        ",".join(names.get("shortNames") or ()),
        established,
    ]


def webhooks(obj: Object) -> list[Any]:
    """Webhook configurations."""
    return [len(obj.get("webhooks") or ()), age(obj)]


def event(obj: Object) -> list[Any]:
    """Events."""
    about, source = obj.get("involvedObject") or {}, obj.get("source") or {}
    first = obj.get("firstTimestamp") or obj.get("eventTime")
    last = obj.get("lastTimestamp") or first
    component = source.get("component") or obj.get("reportingComponent", "")
    host = source.get("host") or obj.get("reportingInstance", "")
    return [
        since(last),
        obj.get("type", ""),
        obj.get("reason", ""),
        f"{about.get('kind', '').lower()}/{about.get('name', '')}",
        about.get("fieldPath", ""),
        f"{component}, {host}" if host else component,
        obj.get("message", "").strip(),
        since(first),
        obj.get("count") or 1,
        obj["metadata"]["name"],
    ]
