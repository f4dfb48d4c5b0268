"""What lint says of rendered objects, in Helm's words."""

from __future__ import annotations

import json

import pytest

from pyhelm.authoring import objects

SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex "
    "used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SERVICE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
)


def named(kind, name):
    return {"kind": kind, "metadata": {"name": name}}


NAMES = [
    ("ConfigMap", "a.b-1", []),
    ("ConfigMap", "", [SUBDOMAIN]),
    ("ConfigMap", "A", [SUBDOMAIN]),
    ("ConfigMap", "a" * 253, []),
    ("ConfigMap", "a" * 254, ["must be no more than 253 characters"]),
    ("Service", "a-1", []),
    ("Service", "1a", [SERVICE]),
    ("Service", "a.b", [SERVICE]),
    ("Service", "1" * 64, ["must be no more than 63 characters", SERVICE]),
    ("Namespace", "1a", []),
    ("Namespace", "a.b", ["must not contain dots"]),
    ("Namespace", "A", [LABEL]),
    ("ServiceAccount", "a.b", []),
    ("ServiceAccount", "A", [SUBDOMAIN]),
    ("Role", "system:A", []),
    ("Role", ".", ["may not be '.'"]),
    ("ClusterRole", "..", ["may not be '..'"]),
    ("RoleBinding", "a/b", ["may not contain '/'"]),
    ("ClusterRoleBinding", "a%b/c", ["may not contain '/'", "may not contain '%'"]),
    ("CertificateSigningRequest", "A B", []),
]


@pytest.mark.parametrize(("kind", "name", "faults"), NAMES)
def test_names(kind, name, faults):
    told = [f'metadata.name: Invalid value: "{name}": {fault}' for fault in faults]
    text = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    start = "object name does not conform to Kubernetes naming requirements: "
    assert objects.name_fault(named(kind, name)) == (f'{start}"{name}": {text}' if faults else "")


def test_kinds_and_keys_in_any_case():
    assert objects.name_fault({"Kind": "SERVICE", "Metadata": {"NAME": "a"}}) == ""
    assert SERVICE in objects.name_fault({"Kind": "SERVICE", "Metadata": {"NAME": "1"}})
    assert SUBDOMAIN in objects.name_fault({"kind": "ConfigMap"})
    assert '"B"' in objects.name_fault({"Metadata": {"name": "B"}, "metadata": {"namespace": "x"}})


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, ""), (1.5, ""), (1e30, "1e+30"), (12345678901234567890123, "1.2345679e+22")],
)
def test_names_that_are_no_text(value, text):
    fault = objects.name_fault({"kind": "ConfigMap", "metadata": {"name": value}})
    assert (f'"{text}"' in fault) if text else fault == ""


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"])
def test_selectors(kind):
    fault = f'a {kind} must contain matchLabels or matchExpressions, and "x" does not'
    assert objects.selector_fault(named(kind, "x"), "kind: x") == fault
    assert objects.selector_fault(named(kind, "x"), "matchLabels:") == ""
    assert objects.selector_fault(named(kind, "x"), "matchExpressions:") == ""


def test_what_needs_no_selector():
    assert objects.selector_fault(named("Job", "x"), "") == ""
    # Helm compares this kind in its own case, where it looks at names in any.
    assert objects.selector_fault(named("deployment", "x"), "") == ""


KEPT = {"metadata": {"annotations": {"helm.sh/resource-policy": "keep"}}}


@pytest.mark.parametrize(
    ("obj", "is_fault"),
    [
        ({"kind": "List", "items": [{}, KEPT]}, True),
        ({"kind": "List", "Items": [KEPT]}, True),
        ({"kind": "List", "items": [{"metadata": {"annotations": {"a": "b"}}}]}, False),
        ({"kind": "List", "items": [{"metadata": {"annotations": None}}]}, False),
        ({"kind": "List", "items": [{"metadata": None}, None]}, False),
        ({"kind": "List", "items": None}, False),
        ({"kind": "List"}, False),
        ({"kind": "Other", "items": [KEPT]}, False),
    ],
)
def test_lists(obj, is_fault):
    fault = "annotation 'helm.sh/resource-policy' within List objects are ignored"
    assert objects.list_fault(obj, json.dumps(obj)) == (fault if is_fault else "")


DEPRECATED = [
    (
        "extensions/v1beta1",
        "Ingress",
        "",
        "extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; "
        "use networking.k8s.io/v1 Ingress",
    ),
    ("extensions/v1beta1", "Ingress", "v1.13.9", ""),
    (
        "extensions/v1beta1",
        "Ingress",
        "1.14",
        "extensions/v1beta1 Ingress is deprecated in v1.14+, unavailable in v1.22+; "
        "use networking.k8s.io/v1 Ingress",
    ),
    (
        "admissionregistration.k8s.io/v1alpha1",
        "MutatingAdmissionPolicy",
        "",
        "admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicy is deprecated in v1.35+, "
        "unavailable in v1.38+",
    ),
    ("networking.k8s.io/v1", "Ingress", "", ""),
    ("example.com/v1", "Ingress", "", ""),
    ("", "Ingress", "", ""),
]


@pytest.mark.parametrize(("api_version", "kind", "kube_version", "text"), DEPRECATED)
def test_deprecations(api_version, kind, kube_version, text):
    obj = {"apiVersion": api_version, "kind": kind}
    assert objects.deprecation(obj, kube_version) == text


def test_a_deprecation_without_an_end():
    rows = objects._table().items()
    endless = [name for name, row in rows if "removed" not in row]
    assert endless
    for name in endless:
        api_version, kind = name.split()
        text = objects.deprecation({"apiVersion": api_version, "kind": kind}, "1.99")
        assert text.startswith(f"{name} is deprecated in v")
        assert "unavailable" not in text
