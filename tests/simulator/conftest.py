"""One small client for both: the simulator always, a real API server where there is one."""

from __future__ import annotations

import json
import os
import ssl
import urllib.error
import urllib.request
import uuid
from urllib.parse import urlencode

import pytest
import yaml

from pyhelm.simulator import Request, Simulator, clock
from tests.simulator.shown import NOW

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
PATHS = {
    "ConfigMap": "/api/v1/namespaces/{ns}/configmaps",
    "Secret": "/api/v1/namespaces/{ns}/secrets",
    "Service": "/api/v1/namespaces/{ns}/services",
    "Pod": "/api/v1/namespaces/{ns}/pods",
    "PersistentVolumeClaim": "/api/v1/namespaces/{ns}/persistentvolumeclaims",
    "Event": "/api/v1/namespaces/{ns}/events",
    "Endpoints": "/api/v1/namespaces/{ns}/endpoints",
    "ServiceAccount": "/api/v1/namespaces/{ns}/serviceaccounts",
    "Namespace": "/api/v1/namespaces",
    "PersistentVolume": "/api/v1/persistentvolumes",
    "Deployment": "/apis/apps/v1/namespaces/{ns}/deployments",
    "ReplicaSet": "/apis/apps/v1/namespaces/{ns}/replicasets",
    "StatefulSet": "/apis/apps/v1/namespaces/{ns}/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/{ns}/daemonsets",
    "Job": "/apis/batch/v1/namespaces/{ns}/jobs",
    "CronJob": "/apis/batch/v1/namespaces/{ns}/cronjobs",
    "Ingress": "/apis/networking.k8s.io/v1/namespaces/{ns}/ingresses",
    "NetworkPolicy": "/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/{ns}/horizontalpodautoscalers",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/{ns}/poddisruptionbudgets",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings",
    "ResourceQuota": "/api/v1/namespaces/{ns}/resourcequotas",
    "StorageClass": "/apis/storage.k8s.io/v1/storageclasses",
    "IngressClass": "/apis/networking.k8s.io/v1/ingressclasses",
    "PriorityClass": "/apis/scheduling.k8s.io/v1/priorityclasses",
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
}


class Api:
    """Requests as plain data; `ns` is a namespace of this test's own."""

    def __init__(self, send):
        self._send = send
        self.ns = f"t-{uuid.uuid4().hex[:8]}"
        code, answer = self("POST", PATHS["Namespace"], {"metadata": {"name": self.ns}})
        assert code == 201, answer

    def __call__(self, method, path, body=None, *, media="application/json", accept="", **query):
        data = b"" if body is None else body
        if not isinstance(data, bytes):
            data = json.dumps(data).encode()
        headers = {"content-type": media, "accept": accept or "application/json"}
        headers["user-agent"] = "tester/1.0"
        code, answer = self._send(method, path.replace("{ns}", self.ns), query, headers, data)
        try:
            return code, json.loads(answer)
        except ValueError:
            return code, answer

    def path(self, kind, name=""):
        return PATHS[kind].replace("{ns}", self.ns) + (f"/{name}" if name else "")

    def apply(self, obj, manager="a", **query):
        path = self.path(obj["kind"], obj["metadata"]["name"])
        return self("PATCH", path, obj, media=APPLY, fieldManager=manager, **query)

    def create(self, obj, **query):
        return self("POST", self.path(obj["kind"]), obj, **query)

    def merge(self, kind, name, change, **query):
        return self("PATCH", self.path(kind, name), change, media=MERGE, **query)

    def get(self, kind, name):
        code, answer = self("GET", self.path(kind, name))
        assert code == 200, answer
        return answer

    def list(self, kind, **query):
        code, answer = self("GET", self.path(kind), **query)
        assert code == 200, answer
        return answer["items"]


def through(simulator):
    def send(method, path, query, headers, body):
        pairs = tuple((key, str(value)) for key, value in query.items())
        answer = simulator.handle(Request(method, path, pairs, headers, body))
        return answer.status, answer.body

    return send


def over_https(kubeconfig):
    with open(kubeconfig, encoding="utf-8") as file:
        config = yaml.safe_load(file)
    server = config["clusters"][0]["cluster"]["server"]
    token = config["users"][0]["user"]["token"]
    trust = ssl._create_unverified_context()

    def send(method, path, query, headers, body):
        url = f"{server}{path}?{urlencode(query)}" if query else server + path
        headers = {**headers, "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(url, body or None, headers, method=method)
        try:
            with urllib.request.urlopen(request, context=trust, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    return send


@pytest.fixture
def simulator():
    with Simulator() as sim:
        yield sim


@pytest.fixture
def sim_api(simulator):
    return Api(through(simulator))


def _servers():
    real = os.environ.get("PYHELM_TEST_CLUSTER") == "1" and os.environ.get("KUBECONFIG")
    return ["simulator", "real"] if real else ["simulator"]


@pytest.fixture(params=_servers())
def api(request):
    """A test that takes this is true of the simulator and of a real API server."""
    if request.param == "real":
        api = Api(over_https(os.environ["KUBECONFIG"]))
        yield api
        api("DELETE", f"{PATHS['Namespace']}/{api.ns}")
        return
    with Simulator() as sim:
        yield Api(through(sim))


@pytest.fixture
def still(monkeypatch):
    """A wall clock that stands still, so that ages don't depend on how fast a machine is."""
    monkeypatch.setattr(clock, "wall", lambda: NOW)
