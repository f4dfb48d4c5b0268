"""RESOURCES of `status`: as helm printed them of a real cluster."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pyhelm.cli.resources_text import resources_text

NOW = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
METADATA = {"name": "web-tst2", "creationTimestamp": NOW}
RESOURCES: dict[str, list[dict[str, Any]]] = {
    "v1/ServiceAccount": [{"kind": "ServiceAccount", "metadata": METADATA}],
    "v1/Service": [
        {
            "kind": "Service",
            "metadata": METADATA,
            "spec": {
                "type": "ClusterIP",
                "clusterIP": "10.99.243.63",
                "ports": [{"port": 80, "protocol": "TCP"}],
            },
            "status": {"loadBalancer": {}},
        }
    ],
    "v1/Deployment": [
        {
            "kind": "Deployment",
            "metadata": METADATA,
            "spec": {"replicas": 1, "selector": {}, "template": {"spec": {"containers": []}}},
            "status": {"readyReplicas": 1, "updatedReplicas": 1, "availableReplicas": 1},
        }
    ],
    "example.org/v1/Widget": [{"kind": "Widget", "metadata": {**METADATA, "name": "x\x1b[1m"}}],
    "v1/Pod(related)": [{"kind": "PodList", "items": []}],
}


def test_tables():
    text = resources_text(RESOURCES)
    assert text.startswith("RESOURCES:\n==> example.org/v1/Widget\nNAME   AGE\nx[1m   ")
    assert (
        "==> v1/Deployment\n"
        "NAME       READY   UP-TO-DATE   AVAILABLE   AGE\n"
        "web-tst2   1/1     1            1           "
    ) in text
    assert (
        "==> v1/Service\n"
        "NAME       TYPE        CLUSTER-IP     EXTERNAL-IP   PORT(S)   AGE\n"
        "web-tst2   ClusterIP   10.99.243.63   <none>        80/TCP    "
    ) in text
    assert "==> v1/ServiceAccount\nNAME       AGE\nweb-tst2   " in text
    assert text.endswith("s\n\n\n")


def test_no_resources():
    assert resources_text({}) == ""
