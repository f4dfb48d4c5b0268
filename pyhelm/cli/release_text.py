"""A release as Helm prints it after an operation, and for `status` and `get all`."""

from __future__ import annotations

from pyhelm._typing import Iterator
from pyhelm.chart.model import Values
from pyhelm.cli.call import Call
from pyhelm.cli.output import encoded, sorted_keys, to_yaml
from pyhelm.cli.table import CYAN, STATUS_COLORS, painted
from pyhelm.cli.text import one_line
from pyhelm.release.model import Hook, HookEvent, Release
from pyhelm.release.timestamp import Timestamp

_DRY_RUN = "dry run complete"


def print_release(call: Call, release: Release) -> None:
    """What `install`, `upgrade` and the like print: the status, or the record as JSON or YAML."""
    if call.output != "table":
        from pyhelm.cli.record import record

        call.terminal.write(encoded(record(release), call.output))
        return
    debug, hide = call.settings.debug, bool(call.values["hide_notes"])
    call.terminal.write(status_text(call, release, debug=debug, hide_notes=hide))


def status_text(
    call: Call,
    release: Release,
    *,
    debug: bool = False,
    metadata: bool = False,
    hide_notes: bool = False,
) -> str:
    """The lines of a status, fit to be written.

    `debug` adds values, hooks and manifest, `metadata` the chart's.
    """
    from pyhelm.cli.resources_text import resources_text

    heading = "".join(f"{line}\n" for line in _heading(release, metadata, call.terminal.color))
    text = f"DESCRIPTION: {release.info.description}\n" + resources_text(release.info.resources)
    text += _tests(release)
    if debug:
        # Helm: a record without values holds null, an operation that was given none has {}.
        values = sorted_keys(release.config) or (None if metadata else {})
        text += f"USER-SUPPLIED VALUES:\n{to_yaml(values)}\n"
        text += f"COMPUTED VALUES:\n{to_yaml(sorted_keys(computed(release)))}\n"
    if debug or release.info.description.casefold() == _DRY_RUN:
        text += f"HOOKS:\n{hooks_text(release)}MANIFEST:\n{release.manifest}\n"
    if release.info.notes and not hide_notes:
        text += f"NOTES:\n{release.info.notes.strip()}\n"
    return heading + call.terminal.clean(text)


def hooks_text(release: Release) -> str:
    """The hooks as `get hooks` prints them."""
    return "".join(hook_text(hook) for hook in release.hooks)


def hook_text(hook: Hook) -> str:
    """One hook with its source."""
    return f"---\n# Source: {hook.path}\n{hook.manifest}\n"


def computed(release: Release) -> Values:
    """The user's values over the chart's."""
    from pyhelm.chart.values import coalesce

    return coalesce(release.chart, release.config)


def _heading(release: Release, metadata: bool, color: bool) -> Iterator[str]:
    info = release.info
    yield f"NAME: {one_line(release.name)}"
    if info.last_deployed:
        yield f"LAST DEPLOYED: {info.last_deployed.ansic()}"
    yield f"NAMESPACE: {painted(one_line(release.namespace), CYAN if color else None)}"
    status = str(info.status)
    yield f"STATUS: {painted(status, STATUS_COLORS.get(status) if color else None)}"
    yield f"REVISION: {release.version}"
    if metadata:
        chart = release.chart.metadata
        yield f"CHART: {one_line(chart.name)}"
        yield f"VERSION: {one_line(chart.version)}"
        yield f"APP_VERSION: {one_line(chart.app_version)}"


def _tests(release: Release) -> str:
    tests = [hook for hook in release.hooks if HookEvent.TEST in hook.events]
    if not tests:
        return "TEST SUITE: None\n"
    return "".join(
        f"TEST SUITE:     {hook.name}\n"
        f"Last Started:   {_ansic(hook.last_run.started_at)}\n"
        f"Last Completed: {_ansic(hook.last_run.completed_at)}\n"
        f"Phase:          {hook.last_run.phase}\n"
        for hook in tests
        if hook.last_run.started_at
    )


def _ansic(moment: Timestamp | None) -> str:
    # Helm: a time that is not set prints as Go's zero time.
    return moment.ansic() if moment else "Mon Jan  1 00:00:00 0001"
