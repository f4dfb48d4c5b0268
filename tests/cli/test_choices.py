"""What is offered for releases, repositories, charts and the values of flags.

Words, meanings and directives are those that `helm __complete` prints, but where it has none.
"""

from __future__ import annotations

import pytest

from pyhelm.client import Client
from pyhelm.errors import ClusterUnreachable
from tests.cli.fake_client import FakeClient, releases

INDEX = """\
apiVersion: v1
entries:
  mysql:
  - {apiVersion: v2, name: mysql, version: 1.1.0, appVersion: "9", created: "2024-02-03T04:05:06Z"}
  - {apiVersion: v2, name: mysql, version: 1.0.0, deprecated: true}
"""
PREFIXES = (
    "oci://\tChart OCI prefix", "https://\tChart URL prefix", "http://\tChart URL prefix",
    "file://\tChart local URL prefix",
)  # fmt: skip
NO_MORE = "_activeHelp_ This command does not take any more arguments (but may accept flags)."


@pytest.fixture
def ask(cli, tmp_path, monkeypatch):
    """The lines that answer a request; `|` parts the words."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)

    def call(line: str, connect=FakeClient, env=None, request="__complete") -> list[str]:
        words = " ".join(f"'{word}'" for word in line.split("|"))
        result = cli(f"{request} {words}", connect=connect, env=env)
        assert result.code == 0
        return result.out.splitlines()

    return call


@pytest.fixture
def demo(ask, tmp_path):
    """The same where a repository was added."""
    config, cache = tmp_path / "config", tmp_path / "cache" / "repository"
    config.mkdir()
    cache.mkdir(parents=True)
    (config / "repositories.yaml").write_text(
        "apiVersion: ''\nrepositories: [{name: demo, url: https://x}, {name: other, url: https://y}]\n",
        encoding="utf-8",
    )
    (cache / "demo-index.yaml").write_text(INDEX, encoding="utf-8")

    def call(line: str) -> list[str]:
        return ask(line, connect=lambda settings, reporter: Client(settings))

    return call


@pytest.mark.parametrize(
    "line", ["status|", "get|values|", "upgrade|", "history|", "test|", "rollback|", "recover|"]
)
def test_releases_are_described(ask, line):
    assert ask(line)[0] == "db\tmysql-1.0.1 -> deployed"
    assert ask(line)[-1] == ":4"


def test_releases_are_those_of_the_namespace_that_was_typed(ask):
    assert ask("-n|nobody|status|") == [":4"]


def test_names_are_offered_once(ask):
    everything = ask("uninstall|")
    assert [line for line in everything if not line.startswith("db\t")] == ask("uninstall|db|")
    assert ask("status|db|") == [NO_MORE, ":4"]


def test_help_for_people_can_be_turned_off(ask):
    assert ask("status|db|", env={"PYHELM_ACTIVE_HELP": "0"}) == [":4"]
    assert ask("status|db|", env={"COBRA_ACTIVE_HELP": "0"}) == [":4"]


def test_meanings_can_be_left_out(ask):
    assert ask("status|", request="__completeNoDesc")[0] == "db"


@pytest.mark.parametrize(
    "line", ["rollback|db|", "get|all|db|--revision|", "status|db|--revision="]
)
def test_revisions_are_described(ask, line):
    expected = [
        f"{r.version}\tApp: {r.chart.metadata.app_version}, Chart: mysql-{r.chart.metadata.version}"
        for r in releases()
        if r.name == "db" and r.namespace == "default"
    ]
    assert ask(line) == [*expected, ":4"]


def test_revisions_of_nothing(ask):
    assert ask("rollback|nosuch|") == [":1"]
    assert ask("status|--revision|") == [":4"]


def test_a_repository_first_and_then_its_charts(demo):
    beginnings = ["demo/\thttps://x", "other/\thttps://y", *PREFIXES]
    paths = [
        "./\tRelative path prefix to local chart", "/\tAbsolute path prefix to local chart"
    ]  # fmt: skip
    assert demo("install|db|") == [*beginnings, *paths, ":2"]
    assert demo("install|-g|") == demo("upgrade|db|") == demo("show|all|") == demo("install|db|")
    assert demo("pull|") == [*beginnings, ":6"]
    assert demo("pull|de") == ["demo/\thttps://x", ":6"]
    assert demo("install|db|demo/") == demo("install|db|demo/my") == ["demo/mysql", ":0"]
    assert demo("pull|demo/") == ["demo/mysql", ":4"]
    assert demo("install|") == [":4"]


def test_files_beside_what_begins_like_them(demo, tmp_path):
    (tmp_path / "work" / "dell").touch()
    assert demo("show|chart|de") == ["demo/\thttps://x", "dell", ":2"]
    assert demo("show|chart|dell") == [":0"]
    assert demo("show|chart|https://x") == [":6"]


def test_versions_of_the_chart(demo):
    expected = [
        "1.1.0\tApp: 9, Created: February 3, 2024",
        "1.0.0\tCreated: January 1, 0001 (deprecated)",
        ":4",
    ]
    for line in ("install|db|demo/mysql", "upgrade|db|demo/mysql", "pull|demo/mysql"):
        assert demo(f"{line}|--version|") == expected
    assert demo("install|-g|demo/mysql|--version=") == expected
    for line in ("install|demo/mysql", "pull|mysql", "pull|demo/none", "pull|oci://a/b/c"):
        assert demo(f"{line}|--version|") == [":4"]


def test_repositories(demo):
    assert demo("repo|remove|") == ["demo\thttps://x", "other\thttps://y", ":4"]
    assert demo("repo|update|demo|") == ["other\thttps://y", ":4"]


def test_contexts(ask, tmp_path):
    file = tmp_path / "kubeconfig"
    file.write_text(
        "contexts: [{name: b, context: {cluster: two}}, {name: a, context: {cluster: one}}]",
        encoding="utf-8",
    )
    assert ask(f"--kubeconfig|{file}|--kube-context|") == ["a\tone", "b\ttwo", ":4"]


def test_what_can_not_be_asked_is_not_offered(ask):
    def refuse(settings, reporter):
        raise ClusterUnreachable("no")

    assert ask("status|", connect=refuse) == ask("-n|", connect=refuse) == [":0"]


PLUGIN = """\
name: deploy
version: 1.0.0
usage: deploy
description: Deploys
command: "$HELM_PLUGIN_DIR/run"
"""


@pytest.fixture
def plugin(tmp_path):
    directory = tmp_path / "data" / "plugins" / "deploy"
    directory.mkdir(parents=True)
    (directory / "plugin.yaml").write_text(PLUGIN, encoding="utf-8")
    return directory


def test_plugins_are_commands(ask, plugin):
    assert ask("dep")[0].startswith("dependency\t")
    assert ask("dep")[1].startswith("deploy\t")
    assert ask("plugin|uninstall|")[0].startswith("deploy")
    assert ask("plugin|uninstall|deploy|") == [":4"]


def test_a_plugin_says_what_follows(ask, plugin):
    (plugin / "completion.yaml").write_text(
        "commands:\n- {name: now, flags: [w, wait], validArgs: [east, west]}\n- {name: never}\n",
        encoding="utf-8",
    )
    assert ask("deploy|n") == ["now", "never", ":4"]
    assert ask("deploy|now|") == ["east", "west", ":4"]
    assert ask("deploy|now|-") == ["-w", "--wait", ":4"]
    assert ask("deploy|never|") == [":0"]
    assert ask("deploy|nothing|") == [":4"]


def test_a_plugin_answers_itself(ask, plugin):
    program = plugin / "plugin.complete"
    program.write_text(
        '#!/bin/sh\necho "$# $1"\necho "ns	$HELM_NAMESPACE"\necho :6\n', encoding="utf-8"
    )
    program.chmod(0o755)
    assert ask("deploy|-n|shop|a|b") == ["2 a", "ns\tshop", ":6"]
