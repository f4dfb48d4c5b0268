"""The MySQL example chart as a dependency: switched on and off, and twice under other names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pyhelm import Client, InstallOptions, LintOptions, PackageOptions, Settings
from pyhelm.errors import NotFound, SchemaError
from pyhelm.kube.client import KubeClient
from pyhelm.kube.cluster import ObjectRef
from pyhelm.testing.transport import SimulatorTransport

CHART = Path(__file__).parents[2] / "charts" / "mysql"
CONFIG = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}-settings\ndata:\n  host: {}-mysql\n"
)
PARENTS = {
    "gotpl": ({}, CONFIG.replace("{}", "{{ .Release.Name }}")),
    "jinja": (
        {"engine": "jinja", "annotations": {"pyhelm/engine": "jinja"}},
        CONFIG.replace("{}", "{{ Release.Name }}"),
    ),
}
"""What of a parent's Chart.yaml says its engine, and its template."""

VALUES = {
    "global": {"imageRegistry": "r.example", "hosts": ["a"]},
    "mysql": {"mysqlDatabase": "shop"},
    "orders": {"enabled": False, "mysqlDatabase": "orders"},
    "users": {"enabled": False, "mysqlDatabase": "users"},
}


def wanted(name: str) -> dict[str, Any]:
    found = {"name": "mysql", "version": ">=1.1.0", "repository": f"file://{CHART}"}
    more = {} if name == "mysql" else {"alias": name}
    return {**found, **more, "condition": f"{name}.enabled", "tags": ["databases"]}


@pytest.fixture
def cluster() -> Iterator[KubeClient]:
    with KubeClient(SimulatorTransport(), namespace="default") as found:
        yield found


@pytest.fixture
def client(cluster: KubeClient, tmp_path: Path) -> Client:
    return Client(Settings.under(tmp_path / "home"), cluster=cluster)


@pytest.fixture(params=PARENTS)
def parent(request: pytest.FixtureRequest, client: Client, tmp_path: Path) -> Path:
    """A chart that has this one three times, fetched: as `mysql`, `orders` and `users`."""
    root = tmp_path / "shop"
    engine, template = PARENTS[request.param]
    head = {"apiVersion": "v2", "name": "shop", "version": "1.0.0", "icon": "https://a.example/i"}
    files = {
        "Chart.yaml": {
            **head,
            **engine,
            "dependencies": [*map(wanted, VALUES.keys() - {"global"})],
        },
        "values.yaml": VALUES,
    }
    (root / "templates").mkdir(parents=True)
    (root / "templates" / "settings.yaml").write_text(template, encoding="utf-8")
    for name, content in files.items():
        (root / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    client.dependency_update(root)
    return root


def names(client: Client, chart: Path, values: dict[str, Any], release: str = "r") -> list[str]:
    """Each object's kind and name, of hooks too."""
    made = client.template(release, chart, values)
    texts = [made.manifest, *(hook.manifest for hook in made.hooks)]
    found = [each for text in texts for each in yaml.safe_load_all(text) if each]
    return sorted(f"{each['kind']}/{each['metadata']['name']}" for each in found)


def of(*names: str) -> list[str]:
    """The objects of charts with these names, and the parent's own."""
    kinds = ("Deployment", "PersistentVolumeClaim", "Secret", "Service")
    each = [f"{kind}/{name}" for name in names for kind in kinds]
    return sorted([*each, *(f"Pod/{name}-test" for name in names), "ConfigMap/r-settings"])


@pytest.mark.parametrize(
    ("values", "there"),
    [
        ({}, ["r-mysql"]),
        ({"mysql": {"enabled": True}}, ["r-mysql"]),
        ({"mysql": {"enabled": False}}, []),
        ({"tags": {"databases": False}}, []),
        ({"tags": {"databases": False}, "mysql": {"enabled": True}}, ["r-mysql"]),
        (
            {"orders": {"enabled": True}, "users": {"enabled": True}},
            ["r-mysql", "r-orders", "r-users"],
        ),
    ],
)
def test_which_are_there(client: Client, parent: Path, values: Any, there: list[str]) -> None:
    assert names(client, parent, values) == of(*there)


def test_two_never_get_the_same_name(client: Client, parent: Path) -> None:
    """Not even where the release's name has theirs, which a chart by itself is then named after."""
    both = {"orders": {"enabled": True}, "users": {"enabled": True}}
    found = names(client, parent, both, release="orders-of-users")
    assert len(set(found)) == len(found) == 3 * 5 + 1
    assert "Service/orders-of-users-orders" in found
    assert "Service/my-mysql" in names(client, CHART, {}, release="my-mysql")


def test_a_strict_lint_is_silent(parent: Path, client: Client) -> None:
    values = {"orders": {"enabled": True}, "users": {"enabled": True}}
    assert client.lint(parent, values, LintOptions(strict=True)).messages == ()


def test_a_value_may_be_null(client: Client, parent: Path) -> None:
    values = {"mysql": {"mysqlDatabase": None, "podAnnotations": None, "livenessProbe": None}}
    [pod] = [
        each["spec"]["template"]["spec"]
        for each in yaml.safe_load_all(client.template("r", parent, values).manifest)
        if each["kind"] == "Deployment"
    ]
    assert "livenessProbe" not in pod["containers"][0]
    assert [each["name"] for each in pod["containers"][0]["env"]] == ["MYSQL_ROOT_PASSWORD"]


@pytest.mark.parametrize("value", ["yes", 1])
def test_a_switch_that_is_none(client: Client, parent: Path, value: Any) -> None:
    with pytest.raises(SchemaError, match="at '/enabled': got "):
        client.template("r", parent, {"mysql": {"enabled": value}})


@pytest.mark.parametrize("value", [None, {}, {"a": {"b": [1]}}])
def test_a_global_may_be_anything(client: Client, parent: Path, value: Any) -> None:
    assert names(client, parent, {"global": value}) == of("r-mysql")


def test_it_is_packed_installed_and_switched_off(
    client: Client, cluster: KubeClient, parent: Path, tmp_path: Path
) -> None:
    options = PackageOptions(destination=str(tmp_path), dependency_update=True)
    archive = client.package(parent, options)
    both = {"orders": {"enabled": True}}
    client.install("r", archive, both, InstallOptions(wait="watcher", timeout=30))
    secret = ObjectRef("v1", "Secret", "r-orders", "default")
    before = cluster.get(secret)["data"]
    service = cluster.get(ObjectRef("v1", "Service", "r-orders", "default"))
    labels = cluster.get(ObjectRef("apps/v1", "Deployment", "r-orders", "default"))["spec"][
        "template"
    ]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    assert labels["app.kubernetes.io/name"] == "orders"
    client.upgrade("r", archive, {**both, "mysql": {"enabled": False}})
    assert cluster.get(secret)["data"] == before
    with pytest.raises(NotFound):
        cluster.get(ObjectRef("apps/v1", "Deployment", "r-mysql", "default"))
