"""The commands that change releases."""

from __future__ import annotations

from pyhelm.actions.options import (
    InstallOptions,
    RollbackOptions,
    ServerSide,
    TestOptions,
    UninstallOptions,
    UpgradeOptions,
    Wait,
)
from pyhelm.chart.model import Values
from pyhelm.cli.call import Call
from pyhelm.cli.dry_run import dry_run
from pyhelm.cli.flag_values import quoted, revision_number
from pyhelm.cli.release_text import print_release, status_text
from pyhelm.errors import PyHelmError, UsageError

_CASCADES = ("background", "foreground", "orphan")
_MAX_DESCRIPTION = 256


def install(call: Call) -> int:
    """`pyhelm install [NAME] [CHART]`."""
    options = call.options(
        InstallOptions, dry_run=dry_run(call), wait=_wait(call), server_side=_on_server(call)
    )
    try:
        name, chart = name_and_chart(call)
        if call.values["plan"]:
            from pyhelm.cli.diff import plan_install

            return plan_install(call, name, chart, options)
        release = call.client.install(name, chart, _values(call), options, call.chart_options())
    except PyHelmError as exc:
        raise _failed("INSTALLATION FAILED", exc) from exc
    print_release(call, release)
    return 0


def upgrade(call: Call) -> int:
    """`pyhelm upgrade [RELEASE] [CHART]`; with `--install`, an installation where none is."""
    options = call.options(
        UpgradeOptions, dry_run=dry_run(call), wait=_wait(call), history_max=_history_max(call)
    )
    if call.values["plan"]:
        from pyhelm.cli.diff import plan_upgrade

        return plan_upgrade(call, options)
    name, reference = call.args
    values = _values(call)
    source = call.chart_options()
    chart = call.client.load(reference, source, dependency_update=options.dependency_update)
    try:
        release = call.client.upgrade(name, chart, values, options)
    except PyHelmError as exc:
        if call.installs:
            raise
        raise _failed("UPGRADE FAILED", exc) from exc
    if call.output == "table" and not call.installs:
        call.terminal.line(f"Release {quoted(name)} has been upgraded. Happy Helming!")
    print_release(call, release)
    return 0


def rollback(call: Call) -> int:
    """`pyhelm rollback <RELEASE> [REVISION]`."""
    name, *rest = call.args
    revision = revision_number(rest[0]) if rest else 0
    length = len(call.values["description"])
    if length > _MAX_DESCRIPTION:
        raise UsageError(f"description must be {_MAX_DESCRIPTION} characters or less, got {length}")
    options = call.options(RollbackOptions, dry_run=dry_run(call), history_max=_history_max(call))
    if call.values["plan"]:
        from pyhelm.cli.diff import plan_rollback

        return plan_rollback(call, name, revision, options)
    release = call.client.rollback(name, revision, options)
    if call.output == "table":
        call.terminal.line("Rollback was a success! Happy Helming!")
    else:
        print_release(call, release)
    return 0


def uninstall(call: Call) -> None:
    """`pyhelm uninstall RELEASE_NAME [...]`."""
    cascade = call.values["cascade"]
    if cascade not in _CASCADES:
        raise UsageError(
            f'invalid cascade value ({cascade}). Must be "background", "foreground", or "orphan"'
        )
    for name in call.args:
        result = call.client.uninstall(name, call.options(UninstallOptions))
        if result.info:
            call.terminal.line(result.info)
        call.terminal.line(f'release "{name}" uninstalled')


def test(call: Call) -> None:
    """`pyhelm test [RELEASE]`."""
    from pyhelm.errors import TestsFailed

    failure: TestsFailed | None = None
    try:
        release = call.client.test(call.args[0], call.options(TestOptions))
    except TestsFailed as exc:
        failure, release = exc, exc.release
    debug = call.settings.debug
    call.terminal.write(status_text(call, release, debug=debug, hide_notes=True))
    if call.values["logs"]:
        call.terminal.line()
        for log in call.logs:
            call.terminal.show(f"{log.message}\n{log.text}\n")
    if failure:
        raise failure


def name_and_chart(call: Call, default: str = "") -> tuple[str, str]:
    """The two arguments of `install` and `template`; the name is empty where it is to be made."""
    args, template = call.args, call.values["name_template"]
    if len(args) > 2:
        unexpected = ", ".join(args[2:])
        raise UsageError(f"expected at most two arguments, unexpected arguments: {unexpected}")
    if len(args) == 2:
        _check_name_flags(call)
        return args[0], args[1]
    if template or default:
        return "" if template else default, args[0]
    if not call.values["generate_name"]:
        raise UsageError("must either provide a name or specify --generate-name")
    return "", args[0]


def _check_name_flags(call: Call) -> None:
    for flag in ("generate-name", "name-template"):
        if call.values[flag.replace("-", "_")]:
            raise UsageError(f"cannot set --{flag} and also specify a name")


def _values(call: Call) -> Values:
    return call.client.values(call.value_sources())


def _wait(call: Call) -> Wait:
    """`--rollback-on-failure` waits, unless told how."""
    if call.values["rollback_on_failure"] and "wait" not in call.given:
        return "watcher"
    wait: Wait = call.values["wait"]
    return wait


def _on_server(call: Call) -> ServerSide:
    return "true" if call.values["server_side"] else "false"


def _history_max(call: Call) -> int:
    given = "history_max" in call.given
    return int(call.values["history_max"]) if given else call.settings.max_history


def _failed(what: str, exc: PyHelmError) -> PyHelmError:
    return PyHelmError(f"{what}: {exc}")
