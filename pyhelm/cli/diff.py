"""`diff`, and `--plan` of the commands that change releases."""

from __future__ import annotations

from pyhelm.actions.options import (
    DiffOptions,
    InstallOptions,
    RollbackOptions,
    UpgradeOptions,
)
from pyhelm.actions.plan import Plan
from pyhelm.cli.call import Call
from pyhelm.cli.diff_text import plan_data, plan_text
from pyhelm.cli.flag_values import revision_number
from pyhelm.cli.output import encoded

CHANGES = 2
"""The exit code of `--exit-code` where something would change."""


def upgrade(call: Call) -> int:
    """`pyhelm diff upgrade [RELEASE] [CHART]`."""
    return plan_upgrade(call, call.options(UpgradeOptions))


def plan_upgrade(call: Call, options: UpgradeOptions) -> int:
    """What `pyhelm upgrade` would do with these options."""
    name, reference = call.args
    values = call.client.values(call.value_sources())
    source = call.chart_options()
    found = call.client.diff_upgrade(name, reference, values, options, source, _asked(call))
    return print_plan(call, found)


def plan_install(call: Call, name: str, chart: str, options: InstallOptions) -> int:
    """What `pyhelm install` would do with these options."""
    values = call.client.values(call.value_sources())
    source = call.chart_options()
    found = call.client.diff_install(name, chart, values, options, source, _asked(call))
    return print_plan(call, found)


def rollback(call: Call) -> int:
    """`pyhelm diff rollback <RELEASE> [REVISION]`."""
    name, *rest = call.args
    number = revision_number(rest[0]) if rest else 0
    return plan_rollback(call, name, number, call.options(RollbackOptions))


def plan_rollback(call: Call, name: str, number: int, options: RollbackOptions) -> int:
    """What `pyhelm rollback` would do with these options."""
    return print_plan(call, call.client.diff_rollback(name, number, options, _asked(call)))


def revision(call: Call) -> int:
    """`pyhelm diff revision RELEASE REVISION1 [REVISION2]`."""
    name, *numbers = call.args
    first, second = (revision_number(text) for text in (*numbers, "0")[:2])
    found = call.client.diff_revision(name, first, second, _asked(call))
    return print_plan(call, found, past=True)


def release(call: Call) -> int:
    """`pyhelm diff release RELEASE1 RELEASE2`."""
    first, second = call.args
    return print_plan(call, call.client.diff_release(first, second, _asked(call)), past=True)


def print_plan(call: Call, plan: Plan, *, past: bool = False) -> int:
    """Print a plan, or a difference of the `past`; returns the exit code."""
    if call.values["no_color"]:
        call.terminal.set_color("never")
    form = str(call.values.get("output", "table"))
    if form != "table":
        call.terminal.write(encoded(plan_data(plan), form))
    else:
        context, color = int(call.values["context"]), call.terminal.color
        call.terminal.write(plan_text(plan, context=context, color=color, past=past))
    return CHANGES if call.values["exit_code"] and plan.changed else 0


def _asked(call: Call) -> DiffOptions:
    return call.options(DiffOptions)
