"""The store: all or nothing, kept in its file, versions that only grow."""

from __future__ import annotations

import json

import pytest

from pyhelm.simulator import Request, Simulator
from pyhelm.simulator.store import Store


def config_map(name, **data):
    return {"metadata": {"name": name, "namespace": "n"}, "data": data}


def test_transaction_that_fails_leaves_nothing(tmp_path):
    store = Store(tmp_path / "x.sqlite")
    with store.transaction():
        store.put("configmaps", config_map("kept", x="1"))
    before = store.version

    def broken():
        with store.transaction():
            store.put("configmaps", config_map("kept", x="2"))
            store.put("configmaps", config_map("new"))
            store.delete("configmaps", "n", "kept")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        broken()
    assert store.version == before
    assert [each.obj["data"] for each in store.list("configmaps", "n")] == [{"x": "1"}]
    assert len(store.history) == 1
    store.close()
    again = Store(tmp_path / "x.sqlite")
    assert [each.obj["data"] for each in again.list("configmaps")] == [{"x": "1"}]
    assert again.version == before
    again.close()


def test_write_outside_of_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        Store().put("configmaps", config_map("c"))


def test_failed_request_changes_nothing(simulator):
    path = "/api/v1/namespaces/default/services"
    body = {"metadata": {"name": "s"}, "spec": {"clusterIP": "1.2.3.4", "ports": [{"port": 80}]}}
    version = simulator.store.version
    headers = {"content-type": "application/json"}
    answer = simulator.handle(Request("POST", path, (), headers, json.dumps(body).encode()))
    assert (answer.status, simulator.store.version) == (422, version)


def test_custom_kinds_are_served_again_after_a_restart(tmp_path):
    version = {"name": "v1", "served": True, "storage": True}
    version["schema"] = {"openAPIV3Schema": {"type": "object"}}
    names = {"plural": "boxes", "kind": "Box"}
    crd = {
        "metadata": {"name": "boxes.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Cluster",
            "names": names,
            "versions": [version],
        },
    }
    headers = {"content-type": "application/json"}
    first = Simulator(tmp_path / "x.sqlite")
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    first.handle(Request("POST", path, (), headers, json.dumps(crd).encode()))
    boxes = "/apis/example.com/v1/boxes"
    body = json.dumps({"metadata": {"name": "b"}}).encode()
    assert first.handle(Request("POST", boxes, (), headers, body)).status == 201
    first.close()
    second = Simulator(tmp_path / "x.sqlite")
    assert second.handle(Request("GET", f"{boxes}/b")).status == 200
    second.close()
