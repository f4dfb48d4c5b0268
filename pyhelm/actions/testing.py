"""`test`: running a release's test hooks."""

from __future__ import annotations

from pyhelm.actions import hooks, logs, names, operation
from pyhelm.actions.options import TestOptions
from pyhelm.actions.session import Session
from pyhelm.errors import PyHelmError, TestsFailed, UsageError
from pyhelm.release.model import Hook, HookEvent, Release


def test(session: Session, name: str, options: TestOptions) -> Release:
    """Run the tests of a release's last revision; returns it with their results recorded.

    `options.filters` choose by `name=NAME` or `!name=NAME`; with `options.logs` the reporter is
    told what the test Pods wrote, before any is deleted. Raises TestsFailed when one fails.
    """
    session.cluster.check()
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f"releaseTest: Release name is invalid: {name}") from exc
    running = operation.Running(session.storage.last(name))
    run = _Run(session, running, _filter(options.filters), options)
    try:
        faults = run.faults()
    finally:
        operation.record(session, running.release)
    if faults:
        text = "\n".join(str(fault) for fault in faults)
        raise TestsFailed(text, running.release) from faults[0]
    return running.release


test.__test__ = False  # type: ignore[attr-defined]


class _Run:
    """One run of the tests that are wanted."""

    def __init__(
        self, session: Session, running: operation.Running, wanted: _Filter, options: TestOptions
    ) -> None:
        self.session = session
        self.running = running
        self.wanted = wanted
        self.options = options
        self.unread: PyHelmError | None = None

    def faults(self) -> list[PyHelmError]:
        """Run the tests; returns what failed."""
        found: list[PyHelmError] = []
        try:
            hooks.run(
                self.session,
                self.running,
                HookEvent.TEST,
                timeout=self.options.timeout,
                wanted=self.wanted,
                ended=self._ended,
            )
        except PyHelmError as exc:
            found.append(exc)
        return [*found, self.unread] if self.unread else found

    def _ended(self) -> None:
        """Read the logs before the Pods are deleted."""
        tests = [
            hook
            for hook in sorted(
                self.running.release.hooks, key=lambda each: (each.weight, each.name)
            )
            if HookEvent.TEST in hook.events and self.wanted(hook)
        ]
        try:
            if self.options.logs:
                logs.of_tests(self.session, tests, self.session.namespace)
        except PyHelmError as exc:
            self.unread = exc


class _Filter:
    """Which hooks run: those named, if any, without those excluded."""

    def __init__(self, included: set[str], excluded: set[str]) -> None:
        self.included = included
        self.excluded = excluded

    def __call__(self, hook: Hook) -> bool:
        if hook.name in self.excluded:
            return False
        return not self.included or hook.name in self.included


def _filter(filters: tuple[str, ...]) -> _Filter:
    included: set[str] = set()
    excluded: set[str] = set()
    for each in filters:
        key, equals, value = each.partition("=")
        if not equals or key.replace(" ", "") not in ("name", "!name"):
            raise UsageError(f"test filter {each!r}: write name=NAME or !name=NAME")
        (included if key == "name" else excluded).add(value)
    return _Filter(included, excluded)
