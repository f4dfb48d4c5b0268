"""What the flags of operations become, and what is printed around their results."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from pyhelm.actions.options import InstallOptions, TemplateOptions, UninstallOptions, UpgradeOptions
from pyhelm.actions.session import Progress
from pyhelm.chart.model import Chart, Metadata
from pyhelm.chart.sources import ValueSources
from pyhelm.errors import ReleaseError
from pyhelm.release.model import Hook, HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.repo.options import ChartOptions, RepoAddOptions

MANIFEST = (
    "---\n# Source: web/templates/cm.yaml\nkind: ConfigMap\n"
    "---\n# Source: web/templates/svc.yaml\nkind: Service\n"
)
RELEASE = Release(
    name="db",
    namespace="default",
    version=1,
    info=Info(
        first_deployed=Timestamp.parse("2026-01-02T03:04:05Z"),
        last_deployed=Timestamp.parse("2026-01-02T03:04:05Z"),
        description="Install complete",
        status=Status.DEPLOYED,
        notes="Have fun.\n",
    ),
    chart=Chart(Metadata(name="web", version="0.1.0", app_version="1", api_version="v2"), {"a": 1}),
    manifest=MANIFEST,
    hooks=(
        Hook("t", "Pod", "web/templates/tests/t.yaml", "kind: Pod", (HookEvent.TEST,)),
        Hook("j", "Job", "web/templates/job.yaml", "kind: Job", (HookEvent.PRE_INSTALL,)),
    ),
)
STATUS = (
    "NAME: db\nLAST DEPLOYED: Fri Jan  2 03:04:05 2026\nNAMESPACE: default\nSTATUS: deployed\n"
    "REVISION: 1\nDESCRIPTION: Install complete\n"
)


class Recorder:
    """A Client that notes every call and answers with one release."""

    namespace = "default"

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.absent = ""
        self.warnings: tuple[str, ...] = ()

    def __call__(self, settings, reporter):
        self.reporter = reporter
        return self

    def close(self):
        """Nothing is open."""

    def __getattr__(self, name):
        def method(*args, **options):
            self.calls.append((name, args, options))
            for warning in self.warnings:
                self.reporter(Progress("warning", warning))
            return self.answer(name, args)

        return method

    def answer(self, name, args):
        if name == "values":
            return {}
        if name == "upgrade" and self.absent:
            self.reporter(Progress("absent", self.absent))
        if name == "uninstall":
            return SimpleNamespace(release=RELEASE, kept="", info="")
        return RELEASE

    def options(self, name, kind):
        [args] = [args for called, args, _ in self.calls if called == name]
        [found] = [arg for arg in args if type(arg) is kind]
        return found


def test_install(cli):
    client = Recorder()
    result = cli("install db ./web --set a=b -f x.yaml --atomic -l team=blue", connect=client)
    assert result.out == f"{STATUS}NOTES:\nHave fun.\n"
    assert client.options("values", ValueSources) == ValueSources(files=("x.yaml",), set=("a=b",))
    assert client.options("install", InstallOptions) == InstallOptions(
        rollback_on_failure=True, wait="watcher", labels={"team": "blue"}
    )
    assert client.options("install", ChartOptions) == ChartOptions()


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("--dry-run=client", {"dry_run": "client"}),
        ("--dry-run=server --hide-secret", {"dry_run": "server", "hide_secret": True}),
        ("--wait --timeout 90s", {"wait": "watcher", "timeout": 90}),
        ("--atomic --wait=legacy", {"rollback_on_failure": True, "wait": "legacy"}),
        ("--server-side=false", {"server_side": "false"}),
        ("--force", {"force_replace": True}),
        ("--description x --no-hooks", {"description": "x", "no_hooks": True}),
    ],
)
def test_install_flags(cli, flags, expected):
    client = Recorder()
    assert cli(f"install db ./web {flags}", connect=client).code == 0
    assert client.options("install", InstallOptions) == InstallOptions(**expected)


def test_generated_names_are_left_to_the_client(cli):
    client = Recorder()
    assert cli("install ./web --generate-name", connect=client).code == 0
    [args] = [args for name, args, _ in client.calls if name == "install"]
    assert args[:2] == ("", "./web")


def test_chart_flags(cli):
    client = Recorder()
    cli("install db web --repo https://x --version ^1 --username u --password p", connect=client)
    assert client.options("install", ChartOptions) == ChartOptions(
        repo="https://x", version="^1", username="u", password="p"
    )


def test_upgrade(cli):
    client = Recorder()
    result = cli("upgrade db ./web --reuse-values", connect=client, env={"HELM_MAX_HISTORY": "3"})
    assert result.out.startswith('Release "db" has been upgraded. Happy Helming!\nNAME: db\n')
    assert client.options("upgrade", UpgradeOptions) == UpgradeOptions(
        reuse_values=True, history_max=3
    )


def test_upgrade_installs_what_is_not_there(cli):
    client = Recorder()
    client.absent = 'Release "db" does not exist. Installing it now.'
    result = cli("upgrade --install db ./web", connect=client)
    assert result.out.startswith(f"{client.absent}\nNAME: db\n")
    assert client.options("upgrade", UpgradeOptions) == UpgradeOptions(install=True)
    result = cli("upgrade --install db ./web -o json", connect=client)
    assert result.out.startswith('{"name":"db"')
    assert client.absent not in result.err


def test_an_installation_that_fails_is_no_failed_upgrade(cli):
    class Refused(Recorder):
        def answer(self, name, args):
            found = super().answer(name, args)
            if name == "upgrade":
                raise ReleaseError("no room")
            return found

    client = Refused()
    assert cli("upgrade -i db ./web", connect=client).err == "Error: UPGRADE FAILED: no room\n"
    client.absent = "Installing it now."
    assert cli("upgrade -i db ./web", connect=client).err == "Error: no room\n"


def test_upgrade_upgrades_what_is_there(cli):
    client = Recorder()
    assert "has been upgraded" in cli("upgrade -i db ./web", connect=client).out


def test_a_chart_that_can_not_be_read_is_no_failed_upgrade(cli):
    class NoChart(Recorder):
        def answer(self, name, args):
            if name == "load":
                raise ReleaseError("no such chart")
            return super().answer(name, args)

    assert cli("upgrade db ./web", connect=NoChart()).err == "Error: no such chart\n"


def test_uninstall(cli):
    client = Recorder()
    result = cli("uninstall a b --keep-history --cascade orphan", connect=client)
    assert result.out == 'release "a" uninstalled\nrelease "b" uninstalled\n'
    expected = UninstallOptions(keep_history=True, cascade="orphan")
    assert [args for _, args, _ in client.calls] == [("a", expected), ("b", expected)]


def test_rollback(cli):
    client = Recorder()
    assert cli("rollback db 2", connect=client).out == "Rollback was a success! Happy Helming!\n"
    assert client.calls[0][1][:2] == ("db", 2)
    result = cli(f"rollback db --description {'x' * 257}", connect=client)
    assert result.err == "Error: description must be 256 characters or less, got 257\n"


def test_warnings_go_to_standard_error_as_helm_logs_them(cli):
    client = Recorder()
    client.warnings = ("this chart is deprecated",)
    result = cli("install db ./web -o json", connect=client)
    assert 'level=WARN msg="this chart is deprecated"\n' in result.err
    assert result.out.startswith('{"name":"db","info":{"first_deployed":')


def test_debug_shows_values_hooks_and_manifest(cli, golden):
    golden("install-debug.txt", cli("install db ./web --debug", connect=Recorder()).out)


def test_template(cli, golden):
    client = Recorder()
    golden("template.txt", cli("template ./web", connect=client).out)
    assert client.options("template", TemplateOptions) == TemplateOptions()
    assert cli("template ./web --no-hooks", connect=Recorder()).out == MANIFEST
    assert "kind: Pod" not in cli("template ./web --skip-tests", connect=Recorder()).out


@pytest.mark.parametrize(
    ("pattern", "kinds"),
    [
        ("templates/svc.yaml", ["Service"]),
        ("templates/*.yaml", ["ConfigMap", "Service", "Job"]),
        ("templates/tests/*", ["Pod"]),
        ("templates/[cs]*.yaml", ["ConfigMap", "Service"]),
        ("templates/cm.yam?", ["ConfigMap"]),
    ],
)
def test_show_only(cli, pattern, kinds):
    out = cli(f"template ./web -s '{pattern}'", connect=Recorder()).out
    assert [line[6:] for line in out.splitlines() if line.startswith("kind: ")] == kinds


def test_show_only_what_is_not_there(cli):
    result = cli("template ./web -s templates/nope.yaml", connect=Recorder())
    assert result.err == "Error: could not find template templates/nope.yaml in chart\n"


def test_output_directory(cli, tmp_path):
    target = tmp_path / "out"
    result = cli(f"template ./web --output-dir '{target}' --release-name", connect=Recorder())
    written = target / "db" / "web" / "templates" / "cm.yaml"
    assert f"wrote {written}\n" in result.out
    assert written.read_text(encoding="utf-8") == (
        "---\n# Source: web/templates/cm.yaml\nkind: ConfigMap\n"
    )


def test_a_template_can_not_write_elsewhere(cli, tmp_path):
    class Hostile(Recorder):
        def answer(self, name, args):
            manifest = "---\n# Source: web/../../../evil\nkind: X\n"
            return replace(RELEASE, manifest=manifest) if name == "template" else {}

    result = cli(f"template ./web --output-dir '{tmp_path / 'a' / 'b'}'", connect=Hostile())
    assert (result.code, list(tmp_path.rglob("evil"))) == (1, [])
    assert "is not the name of a template of the chart" in result.err


def test_repository_passwords_come_from_standard_input(cli):
    client = Recorder()
    line = "repo add demo https://x --username u --password-stdin"
    cli(line, connect=client, stdin="s3cret\r\n")
    assert client.options("repo_add", RepoAddOptions).password == "s3cret"
