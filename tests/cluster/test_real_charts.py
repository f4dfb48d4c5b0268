"""Real charts with hooks, CRDs and subcharts: what PyHelm installs is stored as what helm installs.

Runs where the corpus of charts lies beside the project: some of its charts, all of those below with
PYHELM_ALL=1. Both install the same release into the same namespace, one after the other, and every
object is compared as the server keeps it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands import Run, Runner
from tests.samples import ALL

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
REAL = (
    "modern/charts-crossplane/crossplane-0.0.1.tgz",
    "modern/charts-eks/appmesh-spire-agent-1.0.7.tgz",
    "modern/charts-falco/falco-talon-0.4.1.tgz",
    "modern/charts-grafana/promtail-6.17.1.tgz",
    "modern/charts-keda/external-scaler-azure-cosmos-db-0.1.0.tgz",
    "modern/charts-kong/gateway-operator-0.6.1.tgz",
    "modern/charts-nats/nats-operator-0.8.3.tgz",
    "modern/charts-opensearch/opensearch-3.6.0.tgz",
    "modern/charts-prometheus-community/prometheus-ipmi-exporter-0.8.2.tgz",
    "modern/charts-prometheus-community/prometheus-json-exporter-0.19.2.tgz",
    "modern/charts-prometheus-community/prometheus-modbus-exporter-0.1.4.tgz",
    "modern/charts-traefik/hub-manager-1.0.0.tgz",
    "modern/charts-victoriametrics/victoria-logs-single-0.13.9.tgz",
    "stable/charts/burrow-1.5.4.tgz",
    "stable/charts/elasticsearch-1.32.5.tgz",
    "stable/charts/fluent-bit-2.10.3.tgz",
    "stable/charts/janusgraph-0.2.6.tgz",
    "stable/charts/kibana-3.2.8.tgz",
    "stable/charts/nginx-ingress-1.41.3.tgz",
    "stable/charts/pgadmin-1.2.3.tgz",
    "stable/charts/redis-ha-4.4.6.tgz",
    "stable/charts/tensorflow-serving-1.1.2.tgz",
)
"""Those without random values that today's API server takes."""

SAMPLE = (
    "modern/charts-crossplane/crossplane-0.0.1.tgz",
    "modern/charts-nats/nats-operator-0.8.3.tgz",
    "modern/charts-opensearch/opensearch-3.6.0.tgz",
    "modern/charts-victoriametrics/victoria-logs-single-0.13.9.tgz",
    "stable/charts/elasticsearch-1.32.5.tgz",
    "stable/charts/nginx-ingress-1.41.3.tgz",
    "stable/charts/redis-ha-4.4.6.tgz",
)
CHOSEN = REAL if ALL else SAMPLE
CHARTS = [chart for chart in CHOSEN if (CORPUS / chart).exists()]
GIVEN = {
    "metadata": {"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"},
    "spec": {"clusterIP", "clusterIPs", "healthCheckNodePort"},
}
"""What the server gives to each object anew."""


def ok(run: Run) -> Run:
    assert run.code == 0, run.err
    return run


def plain(obj: dict[str, Any]) -> dict[str, Any]:
    """An object without what is new each time it is created."""
    kept = {key: value for key, value in obj.items() if key != "status"}
    for field, given in GIVEN.items():
        part = kept.get(field)
        if isinstance(part, dict):
            kept[field] = {key: value for key, value in part.items() if key not in given}
    for port in kept.get("spec", {}).get("ports") or ():
        if isinstance(port, dict):
            port.pop("nodePort", None)
    return kept


def managers(obj: dict[str, Any]) -> list[Any]:
    """Who owns which fields, controllers aside."""
    entries = obj["metadata"].get("managedFields") or ()
    return [
        (entry["manager"], entry["operation"], entry["fieldsV1"])
        for entry in entries
        if entry["manager"] == "helm"
    ]


def stored(kubectl: Runner, manifest: Path, namespace: str) -> dict[str, Any]:
    """Every object of a manifest, by kind and name."""
    shown = ("--output", "json", "--show-managed-fields", "--namespace", namespace)
    found = ok(kubectl("get", "--filename", str(manifest), *shown)).json
    objects = found["items"] if found["kind"] == "List" else [found]
    return {f"{o['kind']}/{o['metadata']['name']}": (plain(o), managers(o)) for o in objects}


def short(chart: str) -> str:
    """A chart's name as part of a namespace's."""
    return chart.rpartition("/")[2].rpartition("-")[0]


@pytest.mark.parametrize("chart", CHARTS, ids=short)
def test_stored_alike(
    chart: str, pyhelm: Runner, helm: Runner, kubectl: Runner, namespace: str, tmp_path: Path
) -> None:
    seen = [
        installed(tool, kubectl, str(CORPUS / chart), namespace, tmp_path)
        for tool in (helm, pyhelm)
    ]
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] == seen[1][1]
    assert seen[0][1]


def installed(
    tool: Runner, kubectl: Runner, chart: str, namespace: str, work: Path
) -> tuple[str, dict[str, Any]]:
    """The manifest and the objects of a release, which is gone afterwards."""
    ok(tool("install", "r", chart, "--timeout", "30s"))
    manifest = ok(tool("get", "manifest", "r")).out
    (work / "manifest.yaml").write_text(manifest, encoding="utf-8")
    try:
        return manifest, stored(kubectl, work / "manifest.yaml", namespace)
    finally:
        ok(tool("uninstall", "r", "--wait", "--timeout", "30s"))
