"""The commands that show what would change, under the flags of the helm-diff plugin."""

from __future__ import annotations

from pyhelm.cli.command import Command
from pyhelm.cli.options import DIFF, FORCE, FORCE_EXCLUSIVE, OUTPUT, SERVER_SIDE_AUTO, Option
from pyhelm.cli.options import RECREATE_IMMUTABLE as RECREATE
from pyhelm.cli.tables.releases import UPGRADING

_AS_HELM_DIFF = (
    Option(
        "allow-unreleased", "bool", "show an installation where the release isn't there yet",
        field="install",
    ),
    Option(
        "three-way-merge", "bool",
        "for users of helm-diff: live objects are always looked at, with and without this flag",
    ),
)  # fmt: skip

_NO_HOOKS = Option("no-hooks", "bool", "leave hooks out")

COMMANDS = (
    Command("diff", "show what would change, or what has changed between revisions"),
    Command(
        "diff upgrade", "show what an upgrade would change", "pyhelm.cli.diff:upgrade",
        "[RELEASE] [CHART]", (*_AS_HELM_DIFF, *DIFF, *UPGRADING), 2, 2,
        exclusive=FORCE_EXCLUSIVE, completes="release chart",
    ),
    Command(
        "diff rollback", "show what a rollback would change", "pyhelm.cli.diff:rollback",
        "<RELEASE> [REVISION]",
        (*DIFF, *FORCE, RECREATE, SERVER_SIDE_AUTO, _NO_HOOKS, OUTPUT), 1, 2,
        exclusive=FORCE_EXCLUSIVE, completes="release revision",
    ),
    Command(
        "diff revision", "show how the manifests of two revisions differ",
        "pyhelm.cli.diff:revision", "RELEASE REVISION1 [REVISION2]", (*DIFF, _NO_HOOKS, OUTPUT),
        2, 3, completes="release revision revision",
    ),
    Command(
        "diff release", "show how the manifests of two releases differ", "pyhelm.cli.diff:release",
        "RELEASE1 RELEASE2", (*DIFF, _NO_HOOKS, OUTPUT), 2, 2, completes="release release",
    ),
)  # fmt: skip
