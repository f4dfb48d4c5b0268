"""The MySQL example chart: each value, and what becomes of it in the objects."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from pyhelm.actions.fitting import faults
from pyhelm.authoring.lint import LintOptions, lint
from pyhelm.chart.load import load
from pyhelm.client import Client
from pyhelm.errors import SchemaError

CHART = Path(__file__).parents[2] / "charts" / "mysql"
LOADED = load(CHART)
POD = "spec.template.spec"
SERVER = f"{POD}.containers.0"


def objects(values: dict[str, Any]) -> dict[str, Any]:
    """The chart's objects by their kinds; of two of a kind the last."""
    release = Client.from_env().template("db", LOADED, values)
    found = [each for each in yaml.safe_load_all(release.manifest) if each]
    return {each["kind"]: each for each in found}


def at(obj: Any, path: str) -> Any:
    for part in path.split("."):
        obj = obj[int(part)] if isinstance(obj, list) else obj.get(part)
    return obj


VALUES: list[tuple[dict[str, Any], str, str, Any]] = [
    ({"imageTag": "5.7.44"}, "Deployment", f"{SERVER}.image", "mysql:5.7.44"),
    ({"image": "r.example/mysql"}, "Deployment", f"{SERVER}.image", "r.example/mysql:8.4.6"),
    ({"imagePullPolicy": "Always"}, "Deployment", f"{SERVER}.imagePullPolicy", "Always"),
    ({"imagePullSecrets": [{"name": "x"}]}, "Deployment", f"{POD}.imagePullSecrets.0.name", "x"),
    ({"fullnameOverride": "store"}, "Service", "metadata.name", "store"),
    ({"nameOverride": "store"}, "Service", "metadata.name", "db-store"),
    ({"strategy": {"type": "RollingUpdate"}}, "Deployment", "spec.strategy.type", "RollingUpdate"),
    ({"resources": {"limits": {"cpu": "1"}}}, "Deployment", f"{SERVER}.resources.limits.cpu", "1"),
    ({"busybox": {"tag": "1.36"}}, "Deployment", f"{POD}.initContainers.0.image", "busybox:1.36"),
    (
        {"livenessProbe": {"failureThreshold": 9}},
        *("Deployment", f"{SERVER}.livenessProbe.failureThreshold", 9),
    ),
    (
        {"readinessProbe": {"periodSeconds": 7}},
        *("Deployment", f"{SERVER}.readinessProbe.periodSeconds", 7),
    ),
    ({"nodeSelector": {"disk": "ssd"}}, "Deployment", f"{POD}.nodeSelector", {"disk": "ssd"}),
    (
        {"tolerations": [{"key": "db", "operator": "Exists"}]},
        *("Deployment", f"{POD}.tolerations.0.key", "db"),
    ),
    (
        {"affinity": {"nodeAffinity": {"x": 1}}},
        *("Deployment", f"{POD}.affinity.nodeAffinity.x", 1),
    ),
    ({"priorityClassName": "high"}, "Deployment", f"{POD}.priorityClassName", "high"),
    ({"schedulerName": "mine"}, "Deployment", f"{POD}.schedulerName", "mine"),
    (
        {"securityContext": {"enabled": True, "runAsUser": 1}},
        *("Deployment", f"{POD}.securityContext", {"fsGroup": 999, "runAsUser": 1}),
    ),
    ({"podLabels": {"a": "yes"}}, "Deployment", "spec.template.metadata.labels.a", "yes"),
    ({"podAnnotations": {"a": "1"}}, "Deployment", "spec.template.metadata.annotations.a", "1"),
    ({"deploymentAnnotations": {"a": "b"}}, "Deployment", "metadata.annotations", {"a": "b"}),
    ({"args": ["--max-connections=9"]}, "Deployment", f"{SERVER}.args", ["--max-connections=9"]),
    (
        {"extraVolumes": [{"name": "x", "emptyDir": {}}]},
        *("Deployment", f"{POD}.volumes.1", {"name": "x", "emptyDir": {}}),
    ),
    (
        {"extraContainers": "- name: {{ Release.Name }}-side\n  image: side\n"},
        *("Deployment", f"{POD}.containers.1", {"name": "db-side", "image": "side"}),
    ),
    (
        {"persistence": {"enabled": False}},
        *("Deployment", f"{POD}.volumes.0", {"name": "data", "emptyDir": {}}),
    ),
    (
        {"persistence": {"existingClaim": "mine"}},
        *("Deployment", f"{POD}.volumes.0.persistentVolumeClaim.claimName", "mine"),
    ),
    (
        {"persistence": {"subPath": "sub"}},
        *("Deployment", f"{SERVER}.volumeMounts.0.subPath", "sub"),
    ),
    (
        {"persistence": {"storageClass": "fast"}},
        *("PersistentVolumeClaim", "spec.storageClassName", "fast"),
    ),
    (
        {"persistence": {"storageClass": "-"}},
        *("PersistentVolumeClaim", "spec.storageClassName", ""),
    ),
    (
        {"persistence": {"size": "1Gi"}},
        *("PersistentVolumeClaim", "spec.resources.requests.storage", "1Gi"),
    ),
    (
        {"persistence": {"accessMode": "ReadWriteMany"}},
        *("PersistentVolumeClaim", "spec.accessModes", ["ReadWriteMany"]),
    ),
    (
        {"persistence": {"annotations": {"a": "b"}}},
        *("PersistentVolumeClaim", "metadata.annotations.a", "b"),
    ),
    (
        {"configurationFiles": {"my.cnf": "[mysqld]\nx=1\n"}},
        *("ConfigMap", "data", {"my.cnf": "[mysqld]\nx=1\n"}),
    ),
    (
        {"initializationFiles": {"a.sql": "select 1;\n"}},
        *("ConfigMap", "data", {"a.sql": "select 1;\n"}),
    ),
    (
        {"service": {"type": "NodePort", "nodePort": 32000}},
        "Service",
        "spec.ports.0.nodePort",
        32000,
    ),
    ({"service": {"port": 3307}}, "Service", "spec.ports.0.port", 3307),
    (
        {"service": {"type": "LoadBalancer", "loadBalancerIP": "10.0.0.9"}},
        *("Service", "spec.loadBalancerIP", "10.0.0.9"),
    ),
    ({"service": {"annotations": {"a": "b"}}}, "Service", "metadata.annotations.a", "b"),
    ({"mysqlx": {"port": {"enabled": True}}}, "Service", "spec.ports.1.port", 33060),
    ({"serviceAccount": {"create": True}}, "ServiceAccount", "metadata.name", "db-mysql"),
    ({"serviceAccount": {"name": "own"}}, "Deployment", f"{POD}.serviceAccountName", "own"),
    ({"ssl": {"enabled": True}}, "Deployment", f"{SERVER}.args.0", "--ssl-ca=/ssl/ca.pem"),
    (
        {"metrics": {"enabled": True}},
        *("Deployment", f"{POD}.containers.1.image", "prom/mysqld-exporter:v0.17.2"),
    ),
    (
        {"metrics": {"enabled": True, "serviceMonitor": {"enabled": True, "interval": "9s"}}},
        *("ServiceMonitor", "spec.endpoints.0.interval", "9s"),
    ),
    ({"timezone": "Asia/Tokyo"}, "Deployment", f"{SERVER}.env.1.value", "Asia/Tokyo"),
    ({"mysqlDatabase": "shop"}, "Deployment", f"{SERVER}.env.1.value", "shop"),
]


@pytest.mark.parametrize(
    ("values", "kind", "path", "expected"), VALUES, ids=[str(row[0])[:60] for row in VALUES]
)
def test_value(values: dict[str, Any], kind: str, path: str, expected: Any) -> None:
    assert at(objects(values)[kind], path) == expected


def secret(values: dict[str, Any]) -> dict[str, str]:
    data = objects(values)["Secret"]["data"]
    return {name: base64.b64decode(text).decode() for name, text in data.items()}


def test_passwords_are_made_or_given() -> None:
    made = secret({})
    assert len(made["mysql-root-password"]) >= 16
    assert made != secret({})
    given = secret({"mysqlRootPassword": "pä'\"ss", "mysqlPassword": "b"})
    assert given == {"mysql-root-password": "pä'\"ss", "mysql-password": "b"}


def test_a_secret_of_the_users_own_is_used() -> None:
    found = objects({"existingSecret": "mine"})
    assert "Secret" not in found
    reference = at(found["Deployment"], f"{SERVER}.env.0.valueFrom.secretKeyRef")
    assert reference == {"name": "mine", "key": "mysql-root-password"}


def test_nothing_is_said_by_a_strict_lint() -> None:
    assert lint(CHART, {}, LintOptions(strict=True)).messages == ()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"imageTag": 8.4}, "at '/imageTag': got number, want string"),
        (
            {"persistence": {"enabled": "yes"}},
            "at '/persistence/enabled': got string, want boolean",
        ),
        ({"service": {"type": "Ingress"}}, "at '/service/type': value must be one of"),
        ({"imagTag": "8"}, "imagTag"),
    ],
)
def test_the_schema_says_what_is_wrong(values: dict[str, Any], says: str) -> None:
    with pytest.raises(SchemaError) as caught:
        objects(values)
    assert says in str(caught.value)


ALL_ON = {
    "metrics": {"enabled": True, "serviceMonitor": {"enabled": True}},
    "ssl": {"enabled": True},
    "securityContext": {"enabled": True},
    "serviceAccount": {"create": True},
    "service": {"type": "LoadBalancer"},
}
NEEDED = {
    *("image", "imageTag", "busybox", "busybox.image", "busybox.tag", "configurationFilesPath"),
    *("metrics.image", "metrics.imageTag", "service", "service.port", "ssl.secret"),
    *("persistence", "persistence.enabled", "persistence.accessMode", "persistence.size"),
}
"""What the chart can't do without, or loses data without."""


def parts(values: dict[str, Any], below: str = "") -> list[str]:
    """The path of each value, of sections and of what is in them."""
    found = []
    for name, value in values.items():
        more = parts(value, f"{below}{name}.") if isinstance(value, dict) else []
        found += [f"{below}{name}", *more]
    return found


@pytest.mark.parametrize("path", parts(LOADED.values))
def test_each_value_may_be_null_or_is_refused_by_the_schema(path: str) -> None:
    given: Any = None
    for name in reversed(path.split(".")):
        given = {name: given}
    values = merge(ALL_ON, given)
    if path in NEEDED:
        with pytest.raises(SchemaError, match=f"at '/{path.replace('.', '/')}': "):
            objects(values)
        return
    assert [fault for each in objects(values).values() for fault in faults(each)] == []


def merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    both = {
        name: merge(under[name], value) if isinstance(value, dict) else value
        for name, value in over.items()
        if name in under
    }
    return {**under, **over, **both}


@pytest.mark.parametrize("section", ["metrics", "ssl", "securityContext", "serviceAccount"])
def test_a_section_that_is_null_is_off(section: str) -> None:
    assert objects({section: None}).keys() == objects({}).keys()
    assert objects({section: None})["Deployment"] == objects({})["Deployment"]


def test_certificates_become_secrets() -> None:
    pair = {"name": "certs", "ca": "CA", "cert": "CERT", "key": "KEY"}
    release = Client.from_env().template(
        "db", LOADED, {"ssl": {"enabled": True, "secret": "certs", "certificates": [pair]}}
    )
    found = [each for each in yaml.safe_load_all(release.manifest) if each]
    [made] = [each for each in found if each["metadata"]["name"] == "certs"]
    names = {"ca.pem": "CA", "server-cert.pem": "CERT", "server-key.pem": "KEY"}
    given = made.get("stringData") or {
        name: base64.b64decode(text).decode() for name, text in made["data"].items()
    }
    assert given == names
