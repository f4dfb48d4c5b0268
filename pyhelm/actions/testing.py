"""`test`: running a release's test hooks."""

from __future__ import annotations

from pyhelm.actions import hooks, names, operation
from pyhelm.actions.options import TestOptions
from pyhelm.actions.session import Session
from pyhelm.errors import UsageError
from pyhelm.release.model import Hook, HookEvent, Release


def test(session: Session, name: str, options: TestOptions) -> Release:
    """Run the tests of a release's last revision; returns it with their results recorded.

    `options.filters` choose by `name=NAME` or `!name=NAME`. Raises HookFailed when one fails.
    """
    session.cluster.check()
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f"releaseTest: Release name is invalid: {name}") from exc
    running = operation.Running(session.storage.last(name))
    wanted = _filter(options.filters)
    try:
        hooks.run(session, running, HookEvent.TEST, timeout=options.timeout, wanted=wanted)
    finally:
        operation.record(session, running.release)
    return running.release


test.__test__ = False  # type: ignore[attr-defined]


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
        if not equals or key not in ("name", "!name"):
            raise UsageError(f"test filter {each!r}: write name=NAME or !name=NAME")
        (excluded if key == "!name" else included).add(value)
    return _Filter(included, excluded)
