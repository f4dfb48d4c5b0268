"""Which version of an API an object of an old manifest is known under now."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pyhelm.actions.applied import still_served
from pyhelm.chart.capabilities import Capabilities, KubeVersion
from pyhelm.errors import APIError, NotFound
from pyhelm.release.model import Manifest
from tests.unit.kube.fakes import Unasked


@dataclass
class Server(Unasked):
    """Knows these `group/version/Kind`, and is asked for all of them only where it must be."""

    kinds: tuple[str, ...]
    asked: int = 0

    def namespaced(self, api_version, kind):
        if f"{api_version}/{kind}" not in self.kinds:
            raise NotFound({"code": 404})
        return True

    def capabilities(self):
        self.asked += 1
        return Capabilities(KubeVersion("v1.37.0", "1", "37"), self.kinds)


def manifest(version, kind, name="x"):
    return Manifest("a.yaml", "", {"apiVersion": version, "kind": kind, "metadata": {"name": name}})


def versions(server, *manifests):
    return [each.object["apiVersion"] for each in still_served(server, manifests)]


def test_what_is_served_stays_as_it_is():
    server = Server(("apps/v1/Deployment", "v1/Service"))
    assert versions(server, manifest("apps/v1", "Deployment"), manifest("v1", "Service")) == [
        "apps/v1",
        "v1",
    ]
    assert server.asked == 0


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        (("batch/v1/CronJob",), "batch/v1"),
        (("batch/v2alpha1/CronJob", "batch/v1/CronJob"), "batch/v1"),
        (("batch/v1/CronJob", "batch/v2/CronJob", "batch/v3beta1/CronJob"), "batch/v2"),
        (("batch/v2alpha1/CronJob", "batch/v1beta2/CronJob"), "batch/v1beta2"),
        (("batch/v1beta2/CronJob", "batch/v1beta10/CronJob"), "batch/v1beta10"),
        (("batch/stable/CronJob", "batch/v1alpha1/CronJob"), "batch/v1alpha1"),
        (("batch/v1/Job", "other.io/v1/CronJob"), None),
        ((), None),
    ],
)
def test_the_most_settled_version_of_the_group(served, expected, caplog):
    found = versions(Server(served), manifest("batch/v1beta1", "CronJob"))
    assert found == ([expected] if expected else [])
    text = f"now {expected}" if expected else "is left alone: the server has no CronJob in batch/"
    assert text in caplog.text


@pytest.mark.parametrize(
    ("old", "kind", "now"),
    [
        ("extensions/v1beta1", "Ingress", "networking.k8s.io/v1"),
        ("extensions/v1beta1", "Deployment", "apps/v1"),
        ("apps/v1beta2", "Deployment", "apps/v1"),
        ("rbac.authorization.k8s.io/v1beta1", "Role", "rbac.authorization.k8s.io/v1"),
    ],
)
def test_kinds_that_went_to_another_group(old, kind, now):
    assert versions(Server((f"{now}/{kind}", "other.io/v1/Ingress")), manifest(old, kind)) == [now]


def test_lists_are_opened():
    old = {"apiVersion": "batch/v1beta1", "kind": "CronJob", "metadata": {"name": "x"}}
    listed = {"apiVersion": "v1", "kind": "List", "items": [old, {"kind": "Odd"}]}
    (first, second) = still_served(Server(("batch/v1/CronJob",)), [Manifest("a", "", listed)])
    assert first.object["apiVersion"] == "batch/v1"
    assert second.object == {"kind": "Odd"}


def test_a_server_that_cannot_say_is_an_error():
    class Down(Server):
        def namespaced(self, api_version, kind):
            raise APIError({"code": 503})

    with pytest.raises(APIError):
        still_served(Down(()), [manifest("x.io/v1", "Thing")])
