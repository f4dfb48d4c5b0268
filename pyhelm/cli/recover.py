"""`pyhelm recover`: what happened to a release whose operation died, and what was done about it."""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm.actions.options import RecoverOptions
from pyhelm.actions.recover import Recovery, Trace
from pyhelm.cli.call import Call
from pyhelm.cli.listing import history_table, revision_row
from pyhelm.cli.output import encoded
from pyhelm.cli.table import table

_SHOWN = 20
"""Revisions, the newest."""


def recover(call: Call) -> None:
    """`pyhelm recover RELEASE_NAME`."""
    found = call.client.recover(call.args[0], call.options(RecoverOptions))
    if call.output != "table":
        return call.terminal.write(encoded(_row(found), call.output))
    return call.terminal.show(_text(found))


def _row(found: Recovery) -> dict[str, Any]:
    return {
        "name": found.name,
        "namespace": found.namespace,
        "findings": found.findings,
        "objects": [_object(trace) for trace in found.objects],
        "history": [revision_row(release) for release in found.history],
        "repairs": found.repairs,
        "dry_run": found.dry_run,
        "advice": found.advice,
    }


def _object(trace: Trace) -> dict[str, Any]:
    ref = trace.ref
    row = {"api_version": ref.api_version, "kind": ref.kind, "namespace": ref.namespace}
    return {**row, "name": ref.name, "state": trace.state, "new": trace.new}


def _text(found: Recovery) -> str:
    text = f"RELEASE: {found.name}\nNAMESPACE: {found.namespace}\nFOUND:\n{_lines(found.findings)}"
    if found.objects:
        rows = [_cells(trace) for trace in found.objects]
        text += f"OBJECTS:\n{table(rows, headers=('KIND', 'NAME', 'STATE', 'NOTE'))}"
    if found.history:
        text += f"REVISIONS:\n{history_table(found.history[-_SHOWN:])}"
    done = "WOULD BE REPAIRED" if found.dry_run else "REPAIRED"
    text += f"{done}:\n{_lines(found.repairs or ['nothing'])}"
    return text + (f"NEXT:\n{_lines([found.advice])}" if found.advice else "")


def _lines(texts: list[str]) -> str:
    return "".join(f"  {text}\n" for text in texts)


def _cells(trace: Trace) -> tuple[str, ...]:
    note = "no completed revision has it" if trace.new else ""
    return trace.ref.kind, trace.ref.name, trace.state, note
