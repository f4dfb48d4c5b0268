"""A plan as people read it, coloured line by line, and as programs do."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._typing import Any, Iterator, Sequence
from pyhelm.actions.plan import ACTIONS, Change, FieldDrift, Plan
from pyhelm.cli.output import sorted_keys
from pyhelm.cli.table import CYAN, GREEN, RED, YELLOW, painted
from pyhelm.cli.text import lines, one_line
from pyhelm.kube.cluster import Object, ObjectRef

WOULD = {
    "create": "would be created",
    "change": "would change",
    "replace": "would be deleted and created again",
    "delete": "would be deleted",
    "adopt": "would be adopted",
    "keep": "would be kept",
    "unchanged": "would not change",
}
HAS = {"create": "has been added", "change": "has changed", "delete": "has been removed"}

COLORS = {"+": GREEN, "-": RED, "!": YELLOW, "~": CYAN}

SKIPPED = "..."


def plan_text(plan: Plan, *, context: int, color: bool, past: bool = False) -> str:
    """The lines of a plan; a negative `context` shows objects whole."""
    text = ""
    for change in plan.changes:
        if change.changes or change.note or change.drift:
            text += _change(change, plan, context, color, HAS if past else WOULD)
    return text + painted(_summary(plan, past=past), YELLOW if color else None) + "\n"


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan for `-o json|yaml`; the shape is documented in docs/diff.md."""
    return {
        "release": plan.release,
        "namespace": plan.namespace,
        "fromRevision": plan.from_revision,
        "toRevision": plan.to_revision,
        "changed": plan.changed,
        "summary": dict(plan.counts),
        "changes": [_change_data(change) for change in plan.changes],
    }


def reference_data(ref: ObjectRef) -> dict[str, Any]:
    """Which object."""
    return {
        "apiVersion": ref.api_version,
        "kind": ref.kind,
        "namespace": ref.namespace,
        "name": ref.name,
    }


def drift_data(drift: FieldDrift) -> dict[str, Any]:
    """One field that isn't as it was set."""
    return {
        "path": drift.path,
        "wanted": sorted_keys(drift.wanted),
        "live": sorted_keys(drift.live),
        "missing": drift.missing,
        "manager": drift.manager,
        "time": drift.time,
        "stays": drift.stays,
    }


def drift_line(drift: FieldDrift, revision: int) -> str:
    """`spec.replicas is 5, revision 3 set 1 (kubectl-edit, 2026-01-02T03:04:05Z)`."""
    what = "is missing" if drift.missing else f"is {_value(drift.live)}"
    was = "nothing" if drift.wanted is None else _value(drift.wanted)
    who = ", ".join(filter(None, (drift.manager, drift.time)))
    line = f"{drift.path} {what}, revision {revision} set {was}" + (f" ({who})" if who else "")
    return one_line(f"{line}; {drift.stays}" if drift.stays else line)


def _value(value: Any) -> str:
    return _yaml.to_json(value)


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        **reference_data(change.ref),
        "source": change.source,
        "hook": change.hook,
        "before": sorted_keys(change.before),
        "after": sorted_keys(change.after),
        "fields": [
            {"path": path, "before": sorted_keys(before), "after": sorted_keys(after)}
            for path, before, after in change.fields()
        ],
        "note": change.note,
        "refused": change.refused,
        "drift": [drift_data(each) for each in change.drift],
    }


def _change(change: Change, plan: Plan, context: int, color: bool, words: dict[str, str]) -> str:
    found = [("", _title(change, words))]
    found += [("!", line) for line in change.note.splitlines()]
    found += [("~", drift_line(drift, plan.from_revision)) for drift in change.drift]
    if change.changes:
        source = [("", f"# Source: {one_line(change.source)}")] if change.source else []
        found += source + list(_body(change, context))
    text = painted(lines(found[0][1]), YELLOW if color else None) + "\n"
    for mark, line in found[1:]:
        shown = f"{mark or ' '} {lines(line)}".rstrip()
        text += painted(shown, COLORS.get(mark) if color else None) + "\n"
    return text + "\n"


def _title(change: Change, words: dict[str, str]) -> str:
    """As helm-diff has it: `default, web, Deployment (apps) would change:`."""
    ref = change.ref
    group = ref.api_version.rpartition("/")[0] or ref.api_version
    hook = " hook" if change.hook else ""
    ending = ":" if change.changes else ""
    place = f"{ref.namespace}, " if ref.namespace else ""
    return (
        one_line(f"{place}{ref.name}, {ref.kind} ({group}){hook} {words[change.action]}") + ending
    )


def _body(change: Change, context: int) -> Iterator[tuple[str, str]]:
    """The lines of both objects, each with `+`, `-` or nothing before it."""
    old, new = _lines(change.before), _lines(change.after)
    if change.action == "create":
        yield from (("+", line) for line in new)
    elif change.action == "delete":
        yield from (("-", line) for line in old)
    else:
        yield from _compared(old, new, context)


def _lines(obj: Object | None) -> list[str]:
    return [] if obj is None else _yaml.dump(obj).splitlines()


def _compared(old: Sequence[str], new: Sequence[str], context: int) -> Iterator[tuple[str, str]]:
    from difflib import SequenceMatcher

    around = max(len(old), len(new)) if context < 0 else context
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    end = 0
    for group in matcher.get_grouped_opcodes(around):
        if group[0][1] > end:
            yield "", SKIPPED
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (("", line) for line in old[i1:i2])
                continue
            yield from (("-", line) for line in old[i1:i2])
            yield from (("+", line) for line in new[j1:j2])
        end = group[-1][2]
    if 0 < end < len(old):
        yield "", SKIPPED


def _summary(plan: Plan, *, past: bool) -> str:
    counts = plan.counts
    said = [f"{counts[action]} to {action}" for action in ACTIONS[:5] if counts[action]]
    said += [f"{counts['keep']} kept"] if counts["keep"] else []
    said += [f"{counts['unchanged']} unchanged"] if counts["unchanged"] else []
    refused = sum(change.refused for change in plan.changes)
    said += [f"{refused} refused"] if refused else []
    if past:
        added, changed, removed = (counts[each] for each in ("create", "change", "delete"))
        return f"{added} added, {changed} changed, {removed} removed."
    start = "Plan: " if plan.changed else "No changes: "
    return start + (", ".join(said) or "there are no objects") + "."
