"""The client's requests and what it makes of answers; the texts are a real API server's."""

from __future__ import annotations

import json
import logging

import pytest

from pyhelm import errors
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.retries import ATTEMPTS
from pyhelm.kube.transport import Response
from tests.unit.kube.fakes import FakeTransport, answer, refusal

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
REF = ObjectRef("v1", "ConfigMap", "a")


def client_of(*answers, namespace="ns"):
    transport = FakeTransport(list(answers))
    return KubeClient(transport, namespace), transport


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


@pytest.mark.parametrize(
    ("ref", "path"),
    [
        (REF, "/api/v1/namespaces/ns/configmaps/a"),
        (ObjectRef("v1", "Namespace", "x"), "/api/v1/namespaces/x"),
        (ObjectRef("apps/v1", "Deployment", "d", "o"), "/apis/apps/v1/namespaces/o/deployments/d"),
        (
            ObjectRef("rbac.authorization.k8s.io/v1", "ClusterRole", "system:x", "ns"),
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:x",
        ),
    ],
)
def test_paths_of_built_in_kinds_need_no_discovery(ref, path):
    client, transport = client_of(answer(CONFIG_MAP))

    client.get(ref)

    assert [request.path for request in transport.requests] == [path]


@pytest.mark.parametrize("name", ["", "..", "a/b", "a%2fb"])
def test_a_name_never_becomes_another_path(name):
    client, transport = client_of()

    with pytest.raises(errors.Invalid):
        client.get(ObjectRef("v1", "Secret", name))

    assert transport.requests == []


def test_apply_is_server_side_and_strict():
    client, transport = client_of(answer(CONFIG_MAP))

    client.apply(CONFIG_MAP, force=True, dry_run=True)

    request = transport.last
    assert request.method == "PATCH"
    assert dict(request.query) == {
        "fieldManager": "helm",
        "force": "true",
        "fieldValidation": "Strict",
        "dryRun": "All",
    }
    assert request.headers["Content-Type"] == "application/apply-patch+yaml"
    assert json.loads(request.body)["metadata"] == {"name": "a", "namespace": "ns"}
    assert CONFIG_MAP["metadata"] == {"name": "a"}


def test_replace_without_a_version_replaces_what_is_there():
    live = {**CONFIG_MAP, "metadata": {"name": "a", "resourceVersion": "7"}}
    client, transport = client_of(answer(live), answer(live))

    client.replace(CONFIG_MAP)

    assert json.loads(transport.last.body)["metadata"]["resourceVersion"] == "7"


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("json", "application/json-patch+json"),
        ("merge", "application/merge-patch+json"),
        ("strategic", "application/strategic-merge-patch+json"),
    ],
)
def test_patches_say_their_type(kind, content_type):
    client, transport = client_of(answer(CONFIG_MAP))

    client.patch(REF, {}, patch_type=kind, subresource="status")

    assert transport.last.headers["Content-Type"] == content_type
    assert transport.last.path.endswith("/configmaps/a/status")


def test_delete_says_how_far():
    client, transport = client_of(answer({}))

    client.delete(REF, propagation="Foreground")

    assert json.loads(transport.last.body)["propagationPolicy"] == "Foreground"


def test_logs_are_text():
    client, transport = client_of(answer("grüezi\n".encode()))

    assert client.logs(ObjectRef("v1", "Pod", "p"), container="c") == "grüezi\n"
    assert transport.last.query == (("container", "c"),)


def test_lists_come_in_pages_with_their_kind():
    first = {"metadata": {"continue": "t"}, "items": [{"metadata": {"name": "a"}}]}
    client, transport = client_of(answer(first), answer({"items": [{"metadata": {"name": "b"}}]}))

    rows = client.list("v1", "Secret", "ns", label_selector="owner=helm", metadata_only=True)

    assert [ObjectRef.of(row).name for row in rows] == ["a", "b"]
    assert {row["kind"] for row in rows} == {"Secret"}
    assert transport.requests[0].query == (("labelSelector", "owner=helm"), ("limit", "500"))
    assert dict(transport.last.query)["continue"] == "t"
    assert "PartialObjectMetadataList" in transport.last.headers["Accept"]


def test_a_page_that_comes_too_late_is_no_loss():
    first = {"metadata": {"continue": "t"}, "items": [{}]}
    client, _ = client_of(answer(first), refusal(410, "Expired"), answer({"items": [{}, {}]}))

    assert len(client.list("v1", "Secret")) == 2


@pytest.mark.parametrize(
    ("code", "reason", "error"),
    [
        (401, "Unauthorized", errors.Unauthorized),
        (403, "Forbidden", errors.Forbidden),
        (404, "NotFound", errors.NotFound),
        (409, "AlreadyExists", errors.AlreadyExists),
        (409, "Conflict", errors.Conflict),
        (410, "Expired", errors.Gone),
        (422, "Invalid", errors.Invalid),
        (500, "InternalError", errors.APIError),
    ],
)
def test_refusals_are_exceptions_with_the_servers_words(code, reason, error):
    client, _ = client_of(*[refusal(code, reason, "the words")] * ATTEMPTS)

    with pytest.raises(error) as caught:
        client.get(REF)

    assert type(caught.value) is error
    assert (caught.value.code, caught.value.reason) == (code, reason)
    if code != 401:
        assert str(caught.value) == "the words"


def test_an_answer_that_is_no_status_is_quoted():
    client, _ = client_of(*[answer(b"<html>bad\n gateway</html>", 502)] * ATTEMPTS)

    with pytest.raises(errors.APIError, match="HTTP 502: <html>bad gateway</html>"):
        client.get(REF)


def test_a_path_that_the_server_lacks_is_an_unknown_kind():
    client, _ = client_of(answer(b"404 page not found\n", 404))

    with pytest.raises(errors.NotFound, match='no matches for kind "Deployment"'):
        client.get(ObjectRef("apps/v1", "Deployment", "x"))


def test_a_busy_server_is_asked_again_when_it_says(no_pauses):
    client, transport = client_of(
        refusal(429, "TooManyRequests", Retry_After="2"), answer(CONFIG_MAP)
    )

    client.create(CONFIG_MAP)

    assert len(transport.requests) == 2
    assert 2 <= no_pauses[0] < 2.2


def test_quota_conflicts_of_apply_are_tried_again():
    text = 'Operation cannot be fulfilled on resourcequotas "q": the object has been modified'
    client, _ = client_of(refusal(409, "Conflict", text), answer(CONFIG_MAP))

    assert client.apply(CONFIG_MAP) == CONFIG_MAP


def test_requests_are_throttled_when_asked(no_pauses):
    transport = FakeTransport([answer(CONFIG_MAP) for _ in range(4)])
    client = KubeClient(transport, qps=10, burst=2)

    for _ in range(4):
        client.get(REF)

    assert [round(pause, 1) for pause in no_pauses] == [0.1, 0.2]


def test_a_watch_gives_events_and_ends():
    lines = [
        b'{"type":"ADDED","object":{"kind":"Pod"}}\n',
        b'{"type":"BOOKMARK","object":{}}\n',
    ]
    client, transport = client_of(Response(200, {}, lines=iter(lines)))

    events = list(client.watch("v1", "Pod", "ns", resource_version="5", timeout=7))

    assert [event.type for event in events] == ["ADDED", "BOOKMARK"]
    assert dict(transport.last.query) == {
        "watch": "true",
        "allowWatchBookmarks": "true",
        "timeoutSeconds": "7",
        "resourceVersion": "5",
    }
    assert transport.last.stream


def test_a_watch_from_too_long_ago_is_gone():
    gone = b'{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n'
    client, _ = client_of(Response(200, {}, lines=iter([gone])))

    with pytest.raises(errors.Gone):
        next(iter(client.watch("v1", "Pod")))


BARS = {
    "resources": [
        {"name": "bars", "kind": "Bar", "namespaced": True},
        {"name": "bars/status", "kind": "Bar"},
    ]
}


def test_other_kinds_are_discovered_once():
    client, transport = client_of(answer(BARS), answer({}), answer({}))

    client.get(ObjectRef("foo.io/v1", "Bar", "x"))
    client.get(ObjectRef("foo.io/v1", "Bar", "y"))

    assert [request.path for request in transport.requests] == [
        "/apis/foo.io/v1",
        "/apis/foo.io/v1/namespaces/ns/bars/x",
        "/apis/foo.io/v1/namespaces/ns/bars/y",
    ]


@pytest.mark.parametrize("found", [refusal(404, "NotFound"), answer(BARS)])
def test_unknown_kinds_have_kubectls_words(found):
    client, _ = client_of(found)

    with pytest.raises(errors.NotFound) as caught:
        client.namespaced("foo.io/v1", "Baz")

    assert str(caught.value) == (
        'no matches for kind "Baz" in version "foo.io/v1"\nensure CRDs are installed first'
    )


def test_refresh_forgets():
    client, transport = client_of(answer(BARS), answer(BARS))

    assert client.namespaced("foo.io/v1", "Bar")
    client.refresh()
    assert client.namespaced("foo.io/v1", "Bar")
    assert len(transport.requests) == 2


VERSION = {"gitVersion": "v1.37.2", "major": "1", "minor": "37"}


def aggregated(group, *kinds, freshness="Current"):
    resources = [
        {
            "resource": f"{kind.lower()}s",
            "responseKind": {"kind": kind},
            "scope": "Namespaced",
            "subresources": [{"subresource": "scale", "responseKind": {"kind": "Scale"}}],
        }
        for kind in kinds
    ]
    version = {"version": "v1", "freshness": freshness, "resources": resources}
    item = {"metadata": {"name": group}, "versions": [version]}
    return {"kind": "APIGroupDiscoveryList", "items": [item]}


def test_requests_are_told_for_debugging_without_what_they_carry(caplog):
    client, _ = client_of(answer({"data": {"a": "hunter2"}}), refusal(404, "NotFound"))
    with caplog.at_level(logging.DEBUG):
        client.get(ObjectRef("v1", "Secret", "a"))
        with pytest.raises(errors.NotFound):
            client.get(REF)
    told = [record.attributes for record in caplog.records]
    assert [(each["method"], each["path"], each["status"]) for each in told] == [
        ("GET", "/api/v1/namespaces/ns/secrets/a", "200"),
        ("GET", "/api/v1/namespaces/ns/configmaps/a", "404"),
    ]
    assert all(each["duration"].endswith("ms") for each in told)
    assert "hunter2" not in caplog.text


def test_capabilities_by_aggregated_discovery(caplog):
    groups = aggregated("foo.io", "Bar")
    groups["items"] += aggregated("dead.io", freshness="Stale")["items"]
    client, transport = client_of(answer(VERSION), answer(aggregated("", "Pod")), answer(groups))

    with caplog.at_level(logging.WARNING):
        capabilities = client.capabilities()

    assert capabilities.kube_version.version == "v1.37.2"
    assert capabilities.api_versions == (
        "foo.io/v1",
        "foo.io/v1/Bar",
        "foo.io/v1/Scale",
        "v1",
        "v1/Pod",
        "v1/Scale",
    )
    assert "an orphaned API service error=dead.io/v1: " in caplog.text
    assert client.namespaced("foo.io/v1", "Bar")
    assert len(transport.requests) == 3


def test_capabilities_of_older_servers():
    groups = {"groups": [{"versions": [{"groupVersion": "dead.io/v1"}]}]}
    client, _ = client_of(
        answer(VERSION),
        answer({"versions": ["v1"]}),
        answer({"resources": [{"name": "pods", "kind": "Pod"}]}),
        answer(groups),
        refusal(503, "ServiceUnavailable"),
    )

    assert client.capabilities().api_versions == ("dead.io/v1", "v1", "v1/Pod")


def test_check_says_what_is_wrong_with_credentials():
    client, _ = client_of(refusal(401, "Unauthorized", "Unauthorized"))

    with pytest.raises(
        errors.CredentialsError,
        match=r"^kubernetes cluster unreachable: the server has asked for the client to provide",
    ):
        client.check()


def test_what_the_server_warns_of_is_told_once_for_each_object(caplog):
    warned = answer(CONFIG_MAP)
    warned.headers = {"Warning": '299 - "unknown field \\"spec.foo\\"", 299 - "v1 is old"'}
    client, _ = client_of(warned, warned, warned)
    client.get(REF)
    client.apply(CONFIG_MAP)
    client.get(ObjectRef("v1", "ConfigMap", "b"))
    assert [record.getMessage() for record in caplog.records] == [
        'ConfigMap a: unknown field "spec.foo"',
        "ConfigMap a: v1 is old",
        'ConfigMap b: unknown field "spec.foo"',
        "ConfigMap b: v1 is old",
    ]


@pytest.mark.parametrize("validate", [True, False])
def test_unknown_fields_are_looked_for_unless_asked_not_to(validate):
    client, transport = client_of(*[answer(CONFIG_MAP)] * 5)
    client.create(CONFIG_MAP, validate=validate)
    client.patch(REF, {}, validate=validate)
    client.apply(CONFIG_MAP, validate=validate)
    client.replace(CONFIG_MAP, blindly=True, validate=validate)
    found = [dict(request.query).get("fieldValidation") for request in transport.requests]
    # The server's own default is to warn.
    assert found == ([None, None, "Strict", "Strict"] if validate else ["Ignore"] * 4)
