"""What stands in the columns of a table for configuration, rights, nodes, events and the rest."""

from __future__ import annotations

from typing import Any

from pyhelm.simulator.cells import (
    NONE,
    UNKNOWN,
    UNSET,
    Object,
    age,
    conditions_of,
    duration,
    is_going,
    is_true,
    label_text,
    since,
    spec_of,
    status_of,
)
from pyhelm.simulator.events import converted

ROLE = "node-role.kubernetes.io/"


def config_map(obj: Object) -> list[Any]:
    """ConfigMaps."""
    return [len(obj.get("data") or {}) + len(obj.get("binaryData") or {}), age(obj)]


def secret(obj: Object) -> list[Any]:
    """Secrets."""
    return [obj.get("type", ""), len(obj.get("data") or {}), age(obj)]


def namespace(obj: Object) -> list[Any]:
    """Namespaces."""
    return [status_of(obj).get("phase", ""), age(obj)]


def node(obj: Object) -> list[Any]:
    """Nodes."""
    info: Object = status_of(obj).get("nodeInfo") or {}
    kernel = info.get("kernelVersion") or UNKNOWN
    machine = f" ({info['architecture']})" if info.get("architecture") else ""
    return [
        _node_state(obj),
        ",".join(_roles(obj)) or NONE,
        age(obj),
        info.get("kubeletVersion", ""),
        _address(obj, "InternalIP"),
        _address(obj, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
        f"{kernel}{machine}",
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


def _node_state(obj: Object) -> str:
    # A node that was heard of and is silent is not ready; only one never heard of is unknown.
    known = "Ready" in conditions_of(obj)
    state = ("Ready" if is_true(obj, "Ready") else "NotReady") if known else "Unknown"
    return f"{state},SchedulingDisabled" if spec_of(obj).get("unschedulable") else state


def _roles(obj: Object) -> list[str]:
    labels = obj["metadata"].get("labels") or {}
    roles = {each.removeprefix(ROLE) for each in labels if each.startswith(ROLE)}
    return sorted((roles | {labels.get("kubernetes.io/role", "")}) - {""})


def _address(obj: Object, kind: str) -> str:
    addresses = status_of(obj).get("addresses") or ()
    return next((each["address"] for each in addresses if each["type"] == kind), NONE)


def role_binding(obj: Object) -> list[Any]:
    """RoleBindings and ClusterRoleBindings."""
    reference = obj["roleRef"]
    shown = [_subjects(obj, kind) for kind in ("User", "Group", "ServiceAccount")]
    return [f"{reference['kind']}/{reference['name']}", age(obj), *shown]


def _subjects(obj: Object, kind: str) -> str:
    found = [each for each in obj.get("subjects") or () if each["kind"] == kind]
    is_account = kind == "ServiceAccount"
    return ", ".join(
        f"{each.get('namespace', '')}/{each['name']}" if is_account else each["name"]
        for each in found
    )


def priority_class(obj: Object) -> list[Any]:
    """PriorityClasses."""
    policy = obj.get("preemptionPolicy", "")
    return [obj["value"], bool(obj.get("globalDefault")), age(obj), policy]


def lease(obj: Object) -> list[Any]:
    """Leases."""
    return [spec_of(obj).get("holderIdentity", ""), age(obj)]


def runtime_class(obj: Object) -> list[Any]:
    """RuntimeClasses."""
    return [obj["handler"], age(obj)]


def resource_quota(obj: Object) -> list[Any]:
    """ResourceQuotas."""
    status = status_of(obj)
    used: Object = status.get("used") or {}
    shown: dict[bool, list[str]] = {False: [], True: []}
    for name, hard in sorted((status.get("hard") or {}).items()):
        shown[name.startswith("limits.")].append(f"{name}: {used.get(name, '0')}/{hard}")
    return [", ".join(shown[False]), ", ".join(shown[True]), age(obj)]


def definition(obj: Object) -> list[Any]:
    """CustomResourceDefinitions."""
    spec = spec_of(obj)
    names = spec["names"]
    served = [each for each in spec["versions"] if each.get("served")]
    return [
        spec.get("scope", ""),
        ",".join(sorted(f"{v['name']}{'(storage)' if v.get('storage') else ''}" for v in served)),
        obj["metadata"]["creationTimestamp"],
        spec["group"],
        names["kind"],
        ",".join(names.get("shortNames") or ()),
        is_true(obj, "Established"),
    ]


def api_service(obj: Object) -> list[Any]:
    """APIServices."""
    behind = spec_of(obj).get("service")
    condition = conditions_of(obj).get("Available") or {"status": "Unknown"}
    status = str(condition["status"])
    if status != "True" and condition.get("reason"):
        status += f" ({condition['reason']})"
    where = f"{behind.get('namespace', '')}/{behind.get('name', '')}" if behind else "Local"
    return [where, status, age(obj)]


def webhooks(obj: Object) -> list[Any]:
    """Webhook configurations."""
    return [len(obj.get("webhooks") or ()), age(obj)]


def admission_policy(obj: Object) -> list[Any]:
    """ValidatingAdmissionPolicies and MutatingAdmissionPolicies."""
    spec = spec_of(obj)
    kind = spec.get("paramKind")
    shown = f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else UNSET
    return [len(spec.get("validations") or spec.get("mutations") or ()), shown, age(obj)]


def admission_binding(obj: Object) -> list[Any]:
    """The bindings of admission policies."""
    spec = spec_of(obj)
    reference = spec.get("paramRef") or {}
    shown = UNSET
    if reference.get("name"):
        shown = f"{reference.get('namespace') or '*'}/{reference['name']}"
    elif reference.get("selector") is not None:
        shown = _go_selector(reference["selector"])
    return [spec.get("policyName", ""), shown, age(obj)]


def _go_selector(selector: Object) -> str:
    """A selector as Go writes its struct, which is what the server shows here."""
    labels = sorted((selector.get("matchLabels") or {}).items())
    requirements = "".join(
        f"LabelSelectorRequirement{{Key:{each['key']},Operator:{each['operator']},"
        f"Values:[{' '.join(each.get('values') or ())}],}},"
        for each in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{"
        f"{''.join(f'{key}: {value},' for key, value in labels)}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{requirements}}},}}"
    )


def flow_schema(obj: Object) -> list[Any]:
    """FlowSchemas."""
    spec = spec_of(obj)
    return [
        (spec.get("priorityLevelConfiguration") or {}).get("name", ""),
        spec.get("matchingPrecedence", 0),
        (spec.get("distinguisherMethod") or {}).get("type", NONE),
        age(obj),
        conditions_of(obj).get("Dangling", {}).get("status", "?"),
    ]


def priority_level(obj: Object) -> list[Any]:
    """PriorityLevelConfigurations."""
    spec = spec_of(obj)
    limited = spec.get("limited") or {}
    queuing = (limited.get("limitResponse") or {}).get("queuing") or {}
    shown = [queuing.get(name, NONE) for name in ("queues", "handSize", "queueLengthLimit")]
    return [spec.get("type", ""), limited.get("nominalConcurrencyShares", NONE), *shown, age(obj)]


def signing_request(obj: Object) -> list[Any]:
    """CertificateSigningRequests."""
    spec, conditions = spec_of(obj), conditions_of(obj)
    lifetime = spec.get("expirationSeconds")
    state = next((each for each in ("Denied", "Approved") if each in conditions), "Pending")
    state += ",Failed" if "Failed" in conditions else ""
    state += ",Issued" if status_of(obj).get("certificate") else ""
    return [
        age(obj),
        spec.get("signerName") or NONE,
        spec.get("username", ""),
        NONE if lifetime is None else duration(lifetime),
        state,
    ]


def trust_bundle(obj: Object) -> list[Any]:
    """ClusterTrustBundles."""
    return [spec_of(obj).get("signerName") or NONE]


def pod_certificate(obj: Object) -> list[Any]:
    """PodCertificateRequests."""
    spec = spec_of(obj)
    ended = [each for each in conditions_of(obj) if each in ("Issued", "Denied", "Failed")]
    names = ("podName", "serviceAccountName", "nodeName", "signerName")
    state = ended[-1] if ended else "Pending"
    shown = label_text(spec.get("unverifiedUserAnnotations"))
    return [*(spec.get(name, "") for name in names), state, shown]


def resource_claim(obj: Object) -> list[Any]:
    """ResourceClaims."""
    status = status_of(obj)
    states = ["deleted"] if is_going(obj) else []
    if status.get("allocation") is not None:
        states += ["allocated", "reserved"] if status.get("reservedFor") else ["allocated"]
    elif not states:
        states = ["pending"]
    return [",".join(states), age(obj)]


def resource_slice(obj: Object) -> list[Any]:
    """ResourceSlices."""
    spec = spec_of(obj)
    pool = (spec.get("pool") or {}).get("name", "")
    return [spec.get("nodeName", ""), spec.get("driver", ""), pool, age(obj)]


def device_taint(obj: Object) -> list[Any]:
    """DeviceTaintRules."""
    taint = spec_of(obj).get("taint") or {}
    added = taint.get("timeAdded")
    shown = [taint.get(name, "") for name in ("key", "value", "effect")]
    return [*shown, since(added) if added else "", age(obj)]


def migration(obj: Object) -> list[Any]:
    """StorageVersionMigrations."""
    wanted = spec_of(obj).get("resource") or {}
    group = f".{wanted['group']}" if wanted.get("group") else ""
    ended = [each for each in conditions_of(obj) if is_true(obj, each)]
    states = [each for each in ended if each in ("Running", "Failed", "Succeeded")]
    return [f"{wanted.get('resource', '')}{group}", states[-1] if states else "Unknown"]


def event(obj: Object) -> list[Any]:
    """Events, of both groups."""
    seen = converted({**obj, "apiVersion": "v1"})
    about, source = seen.get("involvedObject") or {}, seen.get("source") or {}
    first = since(seen.get("firstTimestamp") or seen.get("eventTime"))
    last = since(seen["lastTimestamp"]) if seen.get("lastTimestamp") else first
    count = seen.get("count") or 1
    if seen.get("series"):
        last, count = since(seen["series"].get("lastObservedTime")), seen["series"].get("count", 0)
    target = about.get("kind", "").lower() + (f"/{about['name']}" if about.get("name") else "")
    return [
        last,
        seen.get("type", ""),
        seen.get("reason", ""),
        target,
        about.get("fieldPath", ""),
        _source(seen, source),
        seen.get("message", "").strip(),
        first,
        count,
        obj["metadata"]["name"],
    ]


def _source(seen: Object, source: Object) -> str:
    component = source.get("component") or seen.get("reportingComponent", "")
    host = source.get("host") or seen.get("reportingInstance", "")
    return f"{component}, {host}" if host else component
