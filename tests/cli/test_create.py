"""`create`: where the chart lands, and what its first edits may be, for both template engines."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
import yaml

from pyhelm.actions.fitting import faults
from pyhelm.actions.prepare import default_capabilities
from pyhelm.chart.load import load
from pyhelm.chart.scaffold import STARTERS
from pyhelm.engine import render
from pyhelm.engine.context import ReleaseInfo, RenderContext

ENGINES = tuple(STARTERS)
CHANGED: dict[str, Any] = {
    "replicaCount": 3,
    "image": {"repository": "example.com/a/web", "pullPolicy": "Always", "tag": 1.25},
    "imagePullSecrets": [{"name": "registry"}],
    "nameOverride": "shop",
    "fullnameOverride": "my-shop",
    "serviceAccount": {"create": True, "automount": False, "annotations": {"a": "b"}, "name": "x"},
    "podAnnotations": {"a": "yes"},
    "podLabels": {"tier": "1"},
    "podSecurityContext": {"fsGroup": 2000},
    "securityContext": {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}},
    "service": {"type": "LoadBalancer", "port": 8080},
    "ingress": {
        "enabled": True,
        "className": "nginx",
        "annotations": {"a": "true"},
        "hosts": [
            {"host": "a.example.com", "paths": [{"path": "/"}]},
            {"host": "b.example.com", "paths": [{"path": "/b", "pathType": "Prefix"}]},
        ],
        "tls": [{"secretName": "tls", "hosts": ["a.example.com"]}],
    },
    "httpRoute": {
        "enabled": True,
        "annotations": {"a": "b"},
        "parentRefs": [{"name": "edge", "namespace": "infra"}],
        "hostnames": ["a.example.com", "b.example.com"],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "filters": [{"type": "URLRewrite", "urlRewrite": {"hostname": "c"}}],
            },
        ],
    },
    "resources": {"limits": {"memory": "128Mi"}, "requests": {"cpu": "100m"}},
    "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}},
    "readinessProbe": {"httpGet": {"path": "/ready", "port": 8081}},
    "autoscaling": {
        "enabled": True,
        "minReplicas": 2,
        "maxReplicas": 4,
        "targetCPUUtilizationPercentage": None,
        "targetMemoryUtilizationPercentage": 70,
    },
    "volumes": [{"name": "c", "configMap": {"name": "c"}}],
    "volumeMounts": [{"name": "c", "mountPath": "/c", "readOnly": True}],
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "affinity": {"podAntiAffinity": {}},
}
"""Another value for each that a starter has."""


@pytest.fixture
def create(cli, tmp_path, monkeypatch):
    """Make a chart in a directory of its own; returns its path."""
    monkeypatch.chdir(tmp_path)

    def made(engine: str, name: str = "web"):
        assert cli(f"create --engine {engine} {name}").code == 0
        return tmp_path / name

    return made


@pytest.mark.parametrize("engine", ENGINES)
def test_a_new_chart_is_sound(cli, create, engine):
    create(engine)
    done = cli("lint --strict web")
    assert "1 chart(s) linted, 0 chart(s) failed" in done.out, done.out
    kinds = [each["kind"] for each in yaml.safe_load_all(cli("template r web").out)]
    assert kinds == ["ServiceAccount", "Service", "Deployment", "Pod"]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_value_can_be_changed(cli, create, engine):
    chart = create(engine)
    assert load(chart).values.keys() == CHANGED.keys()
    (chart.parent / "mine.yaml").write_text(yaml.safe_dump(CHANGED), encoding="utf-8")
    done = cli("lint --strict web -f mine.yaml")
    assert done.code == 0, done.out
    objects = [*yaml.safe_load_all(cli("template r web -f mine.yaml").out)]
    assert [fault for each in objects for fault in faults(each)] == []
    by_kind = {each["kind"]: each for each in objects}
    assert len(by_kind) == 7
    [container] = by_kind["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert (container["name"], container["image"]) == ("shop", "example.com/a/web:1.25")
    for key in ("securityContext", "livenessProbe", "readinessProbe", "resources", "volumeMounts"):
        assert container[key] == CHANGED[key]
    assert by_kind["Ingress"]["spec"]["tls"] == CHANGED["ingress"]["tls"]
    [rule] = by_kind["HTTPRoute"]["spec"]["rules"]
    assert rule["backendRefs"] == [{"name": "my-shop", "port": 8080, "weight": 1}]
    assert rule["filters"] == CHANGED["httpRoute"]["rules"][0]["filters"]
    [metric] = by_kind["HorizontalPodAutoscaler"]["spec"]["metrics"]
    assert metric["resource"]["name"] == "memory"


@pytest.mark.parametrize("engine", ENGINES)
def test_it_takes_new_values_and_dependencies(cli, create, engine):
    chart = create(engine)
    cli("create --engine gotpl web/charts/store")
    more = "extra: {a: [1]}\nstore: {replicaCount: 2}\nglobal: {a: 1}\n"
    with open(chart / "values.yaml", "a", encoding="utf-8") as file:
        file.write(more)
    with open(chart / "Chart.yaml", "a", encoding="utf-8") as file:
        file.write("dependencies: [{name: store, version: 0.1.0, repository: ''}]\n")
    assert cli("lint --strict web").code == 0
    assert 'name: "r-store"\n' in cli("template r web").out


@pytest.mark.parametrize("key", [key for key in CHANGED if key not in ("image", "service")])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_can_be_null(create, engine, key):
    chart = load(create(engine))
    rendered = render(
        RenderContext(
            chart=chart,
            values={**chart.values, key: None},
            release=ReleaseInfo("r", "default", revision=1, is_install=True),
            capabilities=default_capabilities(),
        )
    )
    texts = [text for path, text in rendered.items() if path.endswith(".yaml") and text.strip()]
    assert [fault for text in texts for fault in faults(yaml.safe_load(text))] == []


def test_each_part_of_a_value_can_be_null(cli, create):
    """In Jinja, where null stays; the rest of what is without a value says so itself."""
    values = load(create("jinja")).values
    parts = [
        f"{key}.{part}" for key in values if isinstance(values[key], dict) for part in values[key]
    ]
    on = "--set ingress.enabled=true,httpRoute.enabled=true,autoscaling.enabled=true"
    refused = [part for part in parts if cli(f"template r web {on} --set {part}=null").code]
    assert refused == ["image.repository", "service.port"]


def test_labels_that_are_added_join_the_charts(cli, create):
    create("jinja")
    shown = cli(
        "template r web --set podLabels.tier=back,podAnnotations.a=b -s templates/deployment.yaml"
    )
    metadata = yaml.safe_load(shown.out)["spec"]["template"]["metadata"]
    assert metadata["annotations"] == {"a": "b"}
    assert metadata["labels"]["tier"] == "back"
    assert metadata["labels"]["app.kubernetes.io/instance"] == "r"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["My_app.x", "123", "null"])
def test_names_that_are_no_objects_names(cli, create, engine, name):
    create(engine, name)
    done = cli(f"lint --strict {name}")
    assert done.code == 0, done.out
    assert load(name).name == name


def test_directories_are_made(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("create a/b/c").transcript == "exit 0\n--- out\nCreating a/b/c\n--- err\n"
    assert load("a/b/c").name == "c"
    (tmp_path / "d").mkdir()
    monkeypatch.chdir(tmp_path / "d")
    assert cli("create .").code == 0
    assert load(tmp_path / "d").name == "d"


NAME = 'chart name must match the regular expression "^[a-zA-Z0-9._-]+$"'


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("bad name", NAME),
        ("x/bad name", NAME),
        ("", "chart name must be between 1 and 250 characters"),
        ("n" * 251, "chart name must be between 1 and 250 characters"),
        ("file", "file DIR/file already exists and is not a directory"),
        ("file/a/b", "file DIR/file already exists and is not a directory"),
        ("web --engine perl", 'invalid engine "perl": must be one of: jinja, gotpl'),
    ],
)
def test_what_is_refused_leaves_nothing(cli, tmp_path, monkeypatch, name, reason):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    words = name.split(" --") if " --" in name else [name]
    line = " --".join([shlex.quote(words[0]), *words[1:]])
    done = cli(f"create {line}")
    assert (done.code, done.err.replace(str(tmp_path), "DIR")) == (1, f"Error: {reason}\n")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_chart_that_is_there_is_written_over_with_a_warning(cli, create):
    chart = create("gotpl")
    (chart / "templates" / "mine.yaml").write_text("a: b\n", encoding="utf-8")
    (chart / "values.yaml").write_text("a: b\n", encoding="utf-8")
    done = cli("create --engine gotpl web")
    assert done.code == 0
    assert f'File \\"{chart / "values.yaml"}\\" already exists. Overwriting.' in done.err
    assert load(chart).values.keys() == CHANGED.keys()
    assert (chart / "templates" / "mine.yaml").is_file()
