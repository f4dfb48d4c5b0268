"""Running a release's hooks: by weight, one after the other, each waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pyhelm.actions import apply, ownership
from pyhelm.actions.session import Progress, Session
from pyhelm.errors import OperationFailed, PyHelmError
from pyhelm.kube import wait
from pyhelm.release.manifest import parse
from pyhelm.release.model import Hook, HookEvent, HookExecution, Release
from pyhelm.release.timestamp import Timestamp

BEFORE_CREATION = "before-hook-creation"
SUCCEEDED = "hook-succeeded"
FAILED = "hook-failed"


class HookFailed(OperationFailed):
    """A hook that failed; `release` has the hooks' last runs."""

    def __init__(self, message: str, release: Release) -> None:
        self.release = release
        super().__init__(message)


def run(
    session: Session,
    release: Release,
    event: HookEvent,
    *,
    timeout: float,
    wanted: Callable[[Hook], bool] = lambda hook: True,
) -> Release:
    """Run the hooks of an event; returns the release with their last runs.

    Each is recorded before it starts. Raises HookFailed at the first that fails; what succeeded
    and what failed is deleted as the hooks' policies say.
    """
    due = [hook for hook in release.hooks if event in hook.events and wanted(hook)]
    done: list[Hook] = []
    for hook in sorted(due, key=lambda hook: (hook.weight, hook.name)):
        session.reporter(Progress("hook", f"running {event} hook {hook.name} ({hook.kind})"))
        release, error = _run_one(session, release, hook, timeout)
        if error is not None:
            _delete_by_policy(session, [hook], FAILED, release, timeout)
            _delete_by_policy(session, done, SUCCEEDED, release, timeout)
            raise HookFailed(_failure(event, hook, error), release) from error
        done.append(hook)
    _delete_by_policy(session, reversed(done), SUCCEEDED, release, timeout)
    return release


def _run_one(
    session: Session, release: Release, hook: Hook, timeout: float
) -> tuple[Release, PyHelmError | None]:
    hook = replace(hook, delete_policies=_policies(hook))
    _delete_by_policy(session, [hook], BEFORE_CREATION, release, timeout)
    started = Timestamp.of(session.clock())
    release = _recorded(session, release, hook, HookExecution(started, None, "Running"))
    error: PyHelmError | None = None
    try:
        targets = apply.build(session.cluster, parse(hook.manifest), release.namespace)
        apply.apply_all(session, targets, apply.Method())
        for target in targets:
            wait.wait_hook(session.cluster, target.ref, timeout=timeout)
    except PyHelmError as exc:
        error = exc
    phase = "Failed" if error else "Succeeded"
    ended = HookExecution(started, Timestamp.of(session.clock()), phase)
    return with_run(release, hook, ended), error


def _recorded(session: Session, release: Release, hook: Hook, run: HookExecution) -> Release:
    release = with_run(release, hook, run)
    session.storage.update(release)
    return release


def with_run(release: Release, hook: Hook, run: HookExecution) -> Release:
    """The release with a hook's last run."""
    ran = replace(hook, last_run=run)
    hooks = tuple(ran if _same(each, hook) else each for each in release.hooks)
    return replace(release, hooks=hooks)


def _same(one: Hook, other: Hook) -> bool:
    return (one.path, one.name, one.kind) == (other.path, other.name, other.kind)


def _policies(hook: Hook) -> tuple[str, ...]:
    # Helm: without any policy, a hook of an earlier run goes before it runs again.
    return hook.delete_policies or (BEFORE_CREATION,)


def _delete_by_policy(
    session: Session, hooks: Iterable[Hook], policy: str, release: Release, timeout: float
) -> None:
    """Delete hooks whose policies say so; CRDs never, since all objects of theirs would go."""
    for hook in hooks:
        if policy not in _policies(hook) or hook.kind == "CustomResourceDefinition":
            continue
        targets = apply.build(session.cluster, parse(hook.manifest), release.namespace)
        refs = [target.ref for target in targets if target.ref.name]
        live = list(ownership.existing(session.cluster, refs))
        apply.delete_all(session, live)
        if live:
            wait.wait_deleted(session.cluster, live, timeout=timeout)


def _failure(event: HookEvent, hook: Hook, error: PyHelmError) -> str:
    return f"hook {event} {hook.path} ({hook.kind} {hook.name}) failed: {error}"
