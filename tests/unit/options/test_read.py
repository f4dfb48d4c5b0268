"""No option and no flag is accepted and ignored."""

from __future__ import annotations

import pytest

from pyhelm.cli.commands import commands
from pyhelm.cli.options import GLOBAL
from tests.unit.options.flags import asked
from tests.unit.options.reads import Code

# Nothing of PyHelm runs here but the tables of commands.
pytestmark = [pytest.mark.slow, pytest.mark.unmeasured]

IDLE = {
    # Helm's `template` takes all flags of `install`, and scripts hand the same to both.
    "template": {
        *("atomic", "create-namespace", "description", "disable-openapi-validation", "force"),
        *("force-conflicts", "force-replace", "hide-notes", "labels", "replace"),
        *("rollback-on-failure", "server-side", "take-ownership", "wait", "wait-for-jobs"),
    },
    # helm-diff's, which its users type, and the upgrade's; there is nothing that they would change.
    "diff upgrade": {"three-way-merge", "hide-notes"},
}
"""Flags that are there for the sake of habits."""

COPIED = {("UpgradeOptions", "create_namespace")}
"""What `as_install` hands to the InstallOptions that read it."""


@pytest.fixture(scope="module")
def code():
    return Code()


def test_every_field_of_every_options_class_is_read(code):
    assert len(code.own) > 20
    assert set(code.unread()) == COPIED


@pytest.mark.parametrize("command", [each for each in commands() if each.run], ids=lambda c: c.path)
def test_every_flag_is_asked_for(code, command):
    keys = asked(command.run, code)
    ignored = {option.name for option in command.options if option.key not in keys}
    assert ignored == IDLE.get(command.path, set())


def test_every_global_flag_is_a_setting(code):
    # The verbosity becomes `debug`.
    assert {option.key for option in GLOBAL} - {"v"} <= code.fields("Settings")


def test_what_nobody_reads_is_found(tmp_path):
    (tmp_path / "a.py").write_text(
        "class BaseOptions:\n    used: int\n    shared: int\n\n"
        "class OtherOptions(BaseOptions):\n    own: int\n    lost: int\n\n"
        "class ThirdOptions(BaseOptions):\n    own: int\n\n"
        "def f(options: OtherOptions, third: 'ThirdOptions | None') -> None:\n"
        "    chosen = third or ThirdOptions()\n"
        "    print(options.used, options.own, chosen.shared)\n"
        "    options.lost = 1\n",
        encoding="utf-8",
    )
    assert set(Code(tmp_path).unread()) == {
        ("OtherOptions", "lost"),
        ("OtherOptions", "shared"),
        ("ThirdOptions", "own"),
        ("ThirdOptions", "used"),
    }
