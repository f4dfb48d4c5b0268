"""What is done, disturbed, and done again; and the state that must come of it.

Each operation has a state that it starts from (`before`), a `run` that is disturbed, and a `retry`
that the user types next. Whatever happened in between, the release is then deployed with exactly
the wanted objects, no revision is missing or pending, and no lease is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyhelm import Client, RollbackOptions, UninstallOptions, UpgradeOptions
from pyhelm.kube.cluster import Cluster

NAME = "web"
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}-%s
data:
  color: {{ Values.color }}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ Release.Name }}
spec:
  replicas: 1
  selector: {matchLabels: {app: {{ Release.Name }}}}
  template:
    metadata:
      labels: {app: {{ Release.Name }}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: web:{{ Values.color }}
"""
HOOK = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}-before
  annotations:
    helm.sh/hook: pre-install,pre-upgrade,pre-rollback,pre-delete
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
"""
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: faults.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Fault, plural: faults, singular: fault}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object}}
"""
OBJECTS = {
    "one": {"web-a": "blue", "web-b": "blue"},
    "two": {"web-a": "red", "web-c": "red"},
}
"""The ConfigMaps that each chart wants, with their colours."""


def write_charts(root: Path) -> dict[str, Path]:
    """Two versions of a chart: the second changes an object, drops one and brings one."""
    made: dict[str, Path] = {}
    for version, objects in OBJECTS.items():
        chart = root / version
        (chart / "templates").mkdir(parents=True)
        (chart / "crds").mkdir()
        head = f"apiVersion: v2\nname: web\nversion: {len(made) + 1}.0.0\nengine: jinja\n"
        color = next(iter(objects.values()))
        files = {
            "Chart.yaml": head,
            "values.yaml": f"color: {color}\n",
            "crds/fault.yaml": CRD,
            "templates/deployment.yaml": DEPLOYMENT,
            "templates/hook.yaml": HOOK,
            **{f"templates/{n}.yaml": CONFIG % n.removeprefix("web-") for n in objects},
        }
        for path, text in files.items():
            (chart / path).write_text(text, encoding="utf-8")
        made[version] = chart
    return made


Step = Callable[[Client, dict[str, Any], str], object]
"""Something done with a client, the charts, and the version that is wanted in the end."""


def _install(client: Client, charts: dict[str, Any], wanted: str) -> object:
    return client.install(NAME, charts["one"])


def _upgrade(client: Client, charts: dict[str, Any], wanted: str) -> object:
    return client.upgrade(NAME, charts["two"])


def _rollback(client: Client, charts: dict[str, Any], wanted: str) -> object:
    return client.rollback(NAME, 1, RollbackOptions())


def _uninstall(client: Client, charts: dict[str, Any], wanted: str) -> object:
    return client.uninstall(NAME, UninstallOptions(ignore_not_found=True))


def _upgrade_to(client: Client, charts: dict[str, Any], wanted: str) -> object:
    return client.upgrade(NAME, charts[wanted], options=UpgradeOptions(install=True))


@dataclass(frozen=True)
class Operation:
    """One operation; `wanted` are the versions that `retry` brings in turn, none: uninstalled."""

    name: str
    before: tuple[Step, ...]
    run: Step
    retry: Step
    result: str
    wanted: tuple[str, ...]


OPERATIONS = {
    each.name: each
    for each in (
        Operation("install", (), _install, _upgrade_to, "one", ("one", "two")),
        Operation("upgrade", (_install,), _upgrade, _upgrade_to, "two", ("two", "one")),
        Operation("rollback", (_install, _upgrade), _rollback, _upgrade_to, "one", ("one", "two")),
        Operation("uninstall", (_install,), _uninstall, _uninstall, "", ("",)),
    )
}


def check(client: Client, cluster: Cluster, namespace: str, wanted: str, revisions: int) -> None:
    """Assert what must be true; `wanted` is empty where nothing may be left.

    `revisions` is the least number of revisions that there must be.
    """
    rows = cluster.list("v1", "ConfigMap", namespace)
    found = {row["metadata"]["name"]: (row.get("data") or {}).get("color") for row in rows}
    found.pop("kube-root-ca.crt", None)
    assert found == OBJECTS.get(wanted, {})
    images = [
        row["spec"]["template"]["spec"]["containers"][0]["image"]
        for row in cluster.list("apps/v1", "Deployment", namespace)
    ]
    assert images == [f"web:{color}" for color in {*OBJECTS.get(wanted, {}).values()}]
    leases = cluster.list("coordination.k8s.io/v1", "Lease", namespace)
    assert [row["metadata"]["name"] for row in leases] == []
    _check_records(client, cluster, namespace, wanted, revisions)


def _check_records(
    client: Client, cluster: Cluster, namespace: str, wanted: str, revisions: int
) -> None:
    secrets = cluster.list("v1", "Secret", namespace, label_selector="owner=helm")
    if not wanted:
        assert secrets == []
        return
    history = client.history(NAME)
    assert len(secrets) == len(history) >= revisions
    assert [r.version for r in history] == [*range(1, len(history) + 1)]
    statuses = [str(r.info.status) for r in history]
    assert statuses[-1] == "deployed"
    assert set(statuses[:-1]) <= {"superseded", "failed"}
