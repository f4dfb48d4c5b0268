"""Lists, pages, selectors, watches, tables, discovery: the ways of reading."""

from __future__ import annotations

import json
import threading

import pytest

from pyhelm.kube.transport import Request as KubeRequest
from pyhelm.simulator import Request, Simulator
from pyhelm.testing.transport import SimulatorTransport
from tests.simulator.objects import config_map, deployment, service

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def names(items):
    return [each["metadata"]["name"] for each in items]


@pytest.mark.verified
def test_pages(api):
    for index in range(5):
        api.create(config_map(f"c{index}"))
    everything = names(api.list("ConfigMap"))
    seen, token = [], ""
    while True:
        _, page = api(
            "GET", api.path("ConfigMap"), limit=2, **({"continue": token} if token else {})
        )
        assert len(page["items"]) <= 2
        seen += names(page["items"])
        token = page["metadata"].get("continue", "")
        if not token:
            break
    assert seen == everything


@pytest.mark.verified
@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("x=1", ["a"]),
        ("x==1", ["a"]),
        ("x!=1,x", ["b"]),
        ("x in (1, 2)", ["a", "b"]),
        ("x notin (1),x", ["b"]),
        ("x,!y", ["a"]),
    ],
)
def test_label_selectors(api, selector, found):
    for name, labels in (("a", {"x": "1"}), ("b", {"x": "2", "y": ""}), ("c", {})):
        obj = config_map(name)
        obj["metadata"]["labels"] = labels
        api.create(obj)
    assert names(api.list("ConfigMap", labelSelector=selector)) == found


@pytest.mark.verified
def test_selectors_that_cannot_be_read(api):
    code, status = api("GET", api.path("ConfigMap"), labelSelector="a b")
    assert (code, status["message"]) == (
        400,
        "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    )
    code, status = api("GET", api.path("ConfigMap"), fieldSelector="data.x=1")
    assert (code, status["message"]) == (
        400,
        '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    )
    code, status = api("GET", api.path("Pod"), fieldSelector="spec.foo=b")
    assert (code, status["message"]) == (400, "field label not supported: spec.foo")


@pytest.mark.verified
def test_table(api):
    api.create(service())
    _, table = api("GET", api.path("Service", "s"), accept=TABLE)
    columns = [column["name"] for column in table["columnDefinitions"]]
    assert columns == ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector"]
    cells = table["rows"][0]["cells"]
    assert (cells[0], cells[1], cells[3], cells[4]) == ("s", "ClusterIP", "<none>", "80/TCP")
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


@pytest.mark.verified
def test_metadata_only(api):
    api.create(config_map(x="1"))
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    _, listed = api("GET", api.path("ConfigMap"), accept=accept)
    assert listed["kind"] == "PartialObjectMetadataList"
    assert all("data" not in item for item in listed["items"])


@pytest.mark.verified
def test_discovery(api):
    accept = "application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList"
    _, groups = api("GET", "/apis", accept=accept)
    apps = next(each for each in groups["items"] if each["metadata"]["name"] == "apps")
    resources = {each["resource"]: each for each in apps["versions"][0]["resources"]}
    assert resources["deployments"]["scope"] == "Namespaced"
    _, listed = api("GET", "/apis/apps/v1")
    assert {"deployments", "deployments/scale"} <= {each["name"] for each in listed["resources"]}
    _, version = api("GET", "/version")
    assert (version["major"], version["minor"]) == ("1", "37")
    assert api("GET", "/readyz") == (200, b"ok")
    assert api("GET", "/apis/none.example/v1/x")[0] == 404


@pytest.mark.verified
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothings",
        "/api/v1/namespaces/{ns}/nothings/x",
        "/apis/apps/v1/namespaces/{ns}/nothings",
        "/api/v1/namespaces/{ns}/pods/none/nothing",
        "/api/v1/namespaces/{ns}/configmaps/none/status",
    ],
)
@pytest.mark.parametrize("accept", ["", "application/json;as=Table;v=v1;g=meta.k8s.io"])
def test_what_a_version_does_not_serve(api, path, accept):
    code, status = api("GET", path, accept=accept)
    message = "the server could not find the requested resource"
    assert (code, status["kind"], status["message"]) == (404, "Status", message)
    assert (status["reason"], status["details"]) == ("NotFound", {})


@pytest.mark.verified
def test_openapi_v2_in_protobuf(api):
    """Where a kind is unknown, kubectl and helm ask for this document, and in no other form."""
    accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    code, document = api("GET", "/openapi/v2", accept=accept)
    assert (code, document[:5]) == (200, b"\n\x032.0")
    for name in (b"io.k8s.api.apps.v1.Deployment", b"x-kubernetes-group-version-kind"):
        assert name in document


@pytest.mark.verified
def test_openapi_knows_strict_validation(api):
    _, index = api("GET", "/openapi/v3")
    assert "apis/apps/v1" in index["paths"]
    _, document = api("GET", "/openapi/v3/apis/apps/v1")
    path = "/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    parameters = {each["name"] for each in document["paths"][path]["patch"]["parameters"]}
    assert "fieldValidation" in parameters
    schemas = document["components"]["schemas"]
    container = schemas["io.k8s.api.core.v1.Container"]["properties"]["env"]
    assert container["x-kubernetes-patch-merge-key"] == "name"


def events(lines):
    for line in lines:
        event = json.loads(line)
        yield event["type"], event["object"]["metadata"].get("name")


def watch(simulator, path, **query):
    pairs = tuple((name, str(value)) for name, value in {"watch": "1", **query}.items())
    return simulator.handle(Request("GET", path, pairs))


def test_watch_from_a_version(sim_api, simulator):
    version = sim_api.create(config_map("c1"))[1]["metadata"]["resourceVersion"]
    sim_api.create(config_map("c2"))
    sim_api.merge("ConfigMap", "c2", {"data": {"x": "1"}})
    sim_api("DELETE", sim_api.path("ConfigMap", "c1"))
    answer = watch(simulator, sim_api.path("ConfigMap"), resourceVersion=version, timeoutSeconds=0)
    assert list(events(answer.watch)) == [("ADDED", "c2"), ("MODIFIED", "c2"), ("DELETED", "c1")]


def test_watch_by_labels_adds_and_deletes_as_they_change(sim_api, simulator):
    version = sim_api.create(config_map())[1]["metadata"]["resourceVersion"]
    sim_api.merge("ConfigMap", "c", {"metadata": {"labels": {"x": "1"}}})
    sim_api.merge("ConfigMap", "c", {"metadata": {"labels": {"x": None}}})
    answer = watch(
        simulator,
        sim_api.path("ConfigMap"),
        resourceVersion=version,
        timeoutSeconds=0,
        labelSelector="x",
    )
    assert [kind for kind, _ in events(answer.watch)] == ["ADDED", "DELETED"]


def test_watch_too_old(tmp_path):
    Simulator(tmp_path / "x.sqlite").close()
    with Simulator(tmp_path / "x.sqlite") as again:
        answer = watch(again, "/api/v1/namespaces/default/configmaps", resourceVersion=1)
    assert answer.status == 410
    status = json.loads(answer.body)
    assert (status["reason"], status["code"]) == ("Expired", 410)
    assert status["message"].startswith("too old resource version: 1 (")


def test_watch_waits_for_what_comes(simulator):
    transport = SimulatorTransport(simulator)
    path = "/api/v1/namespaces/default/configmaps"
    query = (("watch", "1"), ("fieldSelector", "metadata.name=c"), ("timeoutSeconds", "20"))
    answer = transport.send(KubeRequest("GET", path, query, stream=True))
    body = json.dumps(config_map()).encode()
    post = KubeRequest("POST", path, headers={"Content-Type": "application/json"}, body=body)
    timer = threading.Timer(0.05, transport.send, (post,))
    timer.start()
    assert next(events(answer.lines)) == ("ADDED", "c")
    answer.close()
    timer.join()


def test_logs_say_that_no_container_runs(sim_api):
    sim_api.create(deployment())
    name = sim_api.list("Pod")[0]["metadata"]["name"]
    code, text = sim_api("GET", sim_api.path("Pod", name) + "/log")
    assert code == 200
    assert b"no container runs here" in text
