"""The store: all or nothing, kept in its file, versions that only grow."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from pyhelm.simulator import Request, Simulator
from pyhelm.simulator.store import Store


def config_map(name, **data):
    return {"metadata": {"name": name, "namespace": "n"}, "data": data}


def test_transaction_that_fails_leaves_nothing(tmp_path):
    with closing(Store(tmp_path / "x.sqlite")) as store:
        with store.transaction():
            store.put("configmaps", config_map("kept", x="1"))
        before = store.version
        with pytest.raises(RuntimeError, match="stop"):
            broken(store)
        assert store.version == before
        assert [each.obj["data"] for each in store.list("configmaps", "n")] == [{"x": "1"}]
        assert len(store.history) == 1
    with closing(Store(tmp_path / "x.sqlite")) as again:
        assert [each.obj["data"] for each in again.list("configmaps")] == [{"x": "1"}]
        assert again.version == before


def broken(store):
    with store.transaction():
        store.put("configmaps", config_map("kept", x="2"))
        store.put("configmaps", config_map("new"))
        store.delete("configmaps", "n", "kept")
        raise RuntimeError("stop")


def test_write_outside_of_a_transaction_is_a_mistake():
    with closing(Store()) as store, pytest.raises(RuntimeError, match="outside of a transaction"):
        store.put("configmaps", config_map("c"))


def test_a_store_in_memory_ends_with_its_last_owner():
    store = Store()
    database = store._database
    del store
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.execute("SELECT 1")


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
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    boxes = "/apis/example.com/v1/boxes"
    body = json.dumps({"metadata": {"name": "b"}}).encode()
    with Simulator(tmp_path / "x.sqlite") as first:
        first.handle(Request("POST", path, (), headers, json.dumps(crd).encode()))
        assert first.handle(Request("POST", boxes, (), headers, body)).status == 201
    with Simulator(tmp_path / "x.sqlite") as second:
        assert second.handle(Request("GET", f"{boxes}/b")).status == 200
