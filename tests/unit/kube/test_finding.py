"""Which objects exist: by one list, or one by one where a list is dearer or can't tell."""

from __future__ import annotations

import pytest

from pyhelm.errors import APIError, Forbidden, NotFound
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef, TooMany
from pyhelm.kube.finding import MANY, STRANGERS, find, listed
from pyhelm.testing.transport import SimulatorTransport


def config(name, namespace="default"):
    return ObjectRef("v1", "ConfigMap", name, namespace)


class Counted(KubeClient):
    """A simulated cluster that counts what is asked of it."""

    def __init__(self):
        super().__init__(SimulatorTransport(), namespace="default")
        self.asked = []

    def get(self, *arguments, **options):
        self.asked.append("get")
        return super().get(*arguments, **options)

    def list(self, *arguments, **options):
        self.asked.append("list")
        return super().list(*arguments, **options)


@pytest.fixture
def cluster():
    with Counted() as found:
        yield found


def make(cluster, *names, namespace="default"):
    for name in names:
        metadata = {"name": name, "namespace": namespace, "labels": {"n": name}}
        cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})


MANY_NAMES = [f"c{number}" for number in range(MANY)]


def test_few_are_asked_for_one_by_one(cluster):
    make(cluster, "a", "b")
    found = find(cluster, [config("b"), config("missing"), config("a")])
    assert list(found) == [config("b"), config("a")]
    assert cluster.asked == ["get"] * 3


def test_many_are_listed_in_the_order_they_were_asked_for(cluster):
    make(cluster, *MANY_NAMES[1:])
    refs = [config(name) for name in reversed(MANY_NAMES)]
    found = find(cluster, refs)
    assert list(found) == refs[:-1]
    first = found[refs[0]]
    assert not isinstance(first, APIError)
    assert first["metadata"]["labels"] == {"n": refs[0].name}
    assert cluster.asked == ["list"]


def test_one_asked_for_twice_is_found_once(cluster):
    make(cluster, "a")
    assert list(find(cluster, [config("a")] * MANY)) == [config("a")]
    assert cluster.asked == ["get"]


def test_kinds_and_namespaces_are_counted_apart(cluster):
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    make(cluster, "c0", namespace="other")
    refs = [config(name, "other") for name in MANY_NAMES[:-1]]
    refs += [ObjectRef("v1", "Secret", name, "other") for name in MANY_NAMES[:-1]]
    assert list(find(cluster, refs)) == [config("c0", "other")]
    assert set(cluster.asked) == {"get"}


def test_a_crowded_namespace_is_not_listed(cluster):
    """Where strangers are many, asking for each of ours is cheaper than reading all of them."""
    make(cluster, *MANY_NAMES, *(f"stranger{n}" for n in range(STRANGERS * MANY)))
    cluster.asked.clear()
    assert len(find(cluster, map(config, MANY_NAMES))) == MANY
    # Their number is under a page's, so that all are there already.
    assert cluster.asked == ["list"]
    make(cluster, *(f"more{n}" for n in range(500 - STRANGERS * MANY)))
    cluster.asked.clear()
    assert len(find(cluster, map(config, MANY_NAMES))) == MANY
    assert cluster.asked == ["list"] + ["get"] * MANY


@pytest.mark.parametrize("error", [Forbidden({"code": 403}), TooMany()])
def test_where_listing_fails_each_is_asked_for(cluster, monkeypatch, error):
    make(cluster, *MANY_NAMES)

    def refuse(*arguments, **options):
        raise error

    monkeypatch.setattr(cluster, "list", refuse)
    assert len(find(cluster, map(config, MANY_NAMES))) == MANY
    assert listed(cluster, map(config, MANY_NAMES)) == {}


def test_what_cannot_be_told_is_an_answer(cluster, monkeypatch):
    make(cluster, "a")
    real = cluster.get

    def refuse(ref):
        if ref.name == "hidden":
            raise Forbidden({"code": 403, "message": "no"})
        return real(ref)

    monkeypatch.setattr(cluster, "get", refuse)
    found = find(cluster, [config("a"), config("hidden"), config("missing")])
    assert isinstance(found[config("hidden")], APIError)
    assert list(found) == [config("a"), config("hidden")]


def test_lists_tell_who_is_missing(cluster):
    make(cluster, *MANY_NAMES[1:])
    found = listed(cluster, map(config, MANY_NAMES))
    assert found[config("c0")] is None
    assert (found[config("c1")] or {})["kind"] == "ConfigMap"
    assert listed(cluster, [config("c1")]) == {}


def test_kinds_without_a_namespace(cluster):
    for name in MANY_NAMES:
        cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    refs = [ObjectRef("v1", "Namespace", name) for name in MANY_NAMES]
    assert list(find(cluster, refs)) == refs
    assert cluster.asked == ["list"]


def test_an_object_without_its_namespace_is_not_listed_everywhere(cluster):
    """A list without a namespace would find those of other namespaces."""
    make(cluster, *MANY_NAMES)
    refs = [ObjectRef("v1", "ConfigMap", name) for name in MANY_NAMES]
    assert len(find(cluster, refs)) == MANY
    assert set(cluster.asked) == {"get"}


def test_an_unknown_kind(cluster):
    refs = [ObjectRef("nope.io/v1", "Nope", name, "default") for name in MANY_NAMES]
    with pytest.raises(NotFound):
        cluster.namespaced("nope.io/v1", "Nope")
    assert find(cluster, refs) == {}
