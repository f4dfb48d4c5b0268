"""`status --drift`: what is not as the last revision set it."""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm.actions.drift import DriftReport, ObjectDrift
from pyhelm.cli.call import Call
from pyhelm.cli.diff_text import drift_data, drift_line, reference_data
from pyhelm.cli.output import encoded
from pyhelm.cli.table import CYAN, YELLOW, painted
from pyhelm.cli.text import one_line

DRIFTED = 2
"""The exit code of `--exit-code` where something has drifted."""


def print_drift(call: Call) -> int:
    """Print what has drifted; returns the exit code."""
    shown = bool(call.values["show_secrets"])
    found = call.client.drift(call.args[0], call.values["revision"], show_secrets=shown)
    if call.output != "table":
        call.terminal.write(encoded(_data(found), call.output))
    else:
        call.terminal.write(_text(found, color=call.terminal.color))
    return DRIFTED if call.values["exit_code"] and found.drifted else 0


def _text(found: DriftReport, *, color: bool) -> str:
    revision, text = found.release.version, ""
    for each in found.drifted:
        text += painted(f"{_title(each)}", YELLOW if color else None) + "\n"
        for field in each.fields:
            text += painted(f"  {drift_line(field, revision)}", CYAN if color else None) + "\n"
    name = one_line(found.release.name)
    if not found.drifted:
        return f"The {found.objects} objects of {name} are as revision {revision} set them.\n"
    return f"{text}{len(found.drifted)} of {found.objects} objects of {name} have drifted.\n"


def _title(drift: ObjectDrift) -> str:
    place = f"{drift.ref.namespace}, " if drift.ref.namespace else ""
    head = f"{place}{drift.ref.name}, {drift.ref.kind}"
    if drift.missing:
        return one_line(f"{head} is missing")
    return one_line(f"{head}: {drift.note}") if drift.note else one_line(f"{head} has drifted:")


def _data(found: DriftReport) -> dict[str, Any]:
    return {
        "release": found.release.name,
        "namespace": found.release.namespace,
        "revision": found.release.version,
        "objects": found.objects,
        "drifted": [
            {
                **reference_data(each.ref),
                "missing": each.missing,
                "note": each.note,
                "fields": [drift_data(field) for field in each.fields],
            }
            for each in found.drifted
        ],
    }
