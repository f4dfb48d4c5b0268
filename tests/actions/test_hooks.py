"""Hooks' and tests' logs, CRDs brought up to date, and what a failed wait explains."""

from __future__ import annotations

import pytest

from pyhelm import InstallOptions, TestOptions, UpgradeOptions
from pyhelm.errors import OperationFailed, TestsFailed, WaitError, explanation_of

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: %(name)s
  annotations:
    helm.sh/hook: %(event)s
    helm.sh/hook-delete-policy: hook-succeeded,hook-failed
    helm.sh/hook-output-log-policy: %(policy)s
    pyhelm/simulate: %(fate)s
spec:
  restartPolicy: Never
  containers:
    - {name: a, image: a}
    - {name: b, image: b}
"""
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.com
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: {type: object, description: %s}
"""
CRASHING = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {pyhelm/simulate: image-pull-error}
    spec:
      containers: [{name: a, image: nowhere/a}]
"""


def pod(name="hook", event="pre-install", policy="hook-succeeded", fate="ok"):
    return POD % {"name": name, "event": event, "policy": policy, "fate": fate}


def told(said, stage):
    return [progress.message for progress in said if progress.stage == stage]


@pytest.mark.parametrize(
    ("policy", "fate", "shown"),
    [
        ("hook-succeeded", "ok", True),
        ("hook-failed", "ok", False),
        ("hook-failed", "fail", True),
        ("hook-succeeded", "fail", False),
    ],
)
def test_logs_are_shown_as_the_policy_says(client, make_chart, said, policy, fate, shown):
    chart = make_chart({"hook.yaml": pod(policy=policy, fate=fate)})
    if fate == "fail":
        with pytest.raises(OperationFailed, match=r"^failed pre-install: resource Pod/"):
            client.install("a", chart)
    else:
        client.install("a", chart)
    wanted = ["POD LOGS: hook (a)", "POD LOGS: hook (b)"] if shown else []
    assert told(said, "log") == wanted
    assert all("no container runs" in each.text for each in said if each.stage == "log")


def test_logs_of_tests_are_read_before_the_pods_go(client, make_chart, said):
    hooks = {
        "ok.yaml": pod("ok", "test", "none"),
        "bad.yaml": pod("zbad", "test", "none", "fail"),
        "also.yaml": pod("also", "test", "none"),
    }
    client.install("a", make_chart(hooks))
    with pytest.raises(TestsFailed, match="pod zbad failed") as caught:
        client.test("a", TestOptions(logs=True))
    phases = {hook.name: hook.last_run.phase for hook in caught.value.release.hooks}
    assert phases == {"also": "Succeeded", "ok": "Succeeded", "zbad": "Failed"}
    assert told(said, "test")[::2] == [
        "POD LOGS: also (a)",
        "POD LOGS: ok (a)",
        "POD LOGS: zbad (a)",
    ]
    said.clear()
    client.test("a", TestOptions(filters=("name=ok",)))
    assert told(said, "test") == []


def test_crds_are_brought_up_to_date_after_showing_what_changes(client, make_chart, cluster, said):
    client.install("a", make_chart({}, crds={"a.yaml": DEFINITION % "first"}))
    chart = make_chart({}, crds={"a.yaml": DEFINITION % "second"})

    def description():
        (found,) = cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        return found["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["description"]

    client.upgrade("a", chart)
    assert description() == "first"
    client.upgrade("a", chart, {}, UpgradeOptions(crds="create"))
    assert description() == "first"
    client.upgrade("a", chart, {}, UpgradeOptions(crds="apply"))
    assert description() == "second"
    (shown,) = [each for each in said if each.stage == "crds" and each.text]
    assert shown.message == "CRD things.example.com changes:"
    assert "-        description: first\n+        description: second" in shown.text


def test_a_wait_that_fails_explains_itself_beside_helms_words(client, make_chart):
    with pytest.raises(OperationFailed) as caught:
        client.install(
            "a", make_chart({"a.yaml": CRASHING}), {}, InstallOptions(wait="watcher", timeout=0.5)
        )
    assert str(caught.value).endswith("context deadline exceeded")
    assert "pull" not in str(caught.value)
    assert isinstance(caught.value.__cause__, WaitError)
    why = "\n".join(explanation_of(caught.value))
    assert 'Failed to pull image "nowhere/a": not found' in why
    assert 'container a: ImagePullBackOff: Back-off pulling image "nowhere/a"' in why
    assert "pull" not in client.history("a")[-1].info.description
