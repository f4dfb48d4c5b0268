"""Running a release's hooks: by weight, one after the other, each waited for."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._typing import Callable, Iterable
from pyhelm.actions import apply, deletion, logs, operation, ownership
from pyhelm.actions.fitting import Checks
from pyhelm.actions.methods import Method
from pyhelm.actions.session import Progress, Session
from pyhelm.actions.targets import Target, build
from pyhelm.errors import HookFailed, OperationFailed, PyHelmError
from pyhelm.kube import wait
from pyhelm.release.manifest import parse
from pyhelm.release.model import Hook, HookEvent, HookExecution, Release
from pyhelm.release.timestamp import Timestamp

BEFORE_CREATION = "before-hook-creation"
SUCCEEDED = "hook-succeeded"
FAILED = "hook-failed"
DELETIONS = (HookEvent.PRE_DELETE, HookEvent.POST_DELETE)


def run(
    session: Session,
    running: operation.Running,
    event: HookEvent,
    *,
    timeout: float,
    wanted: Callable[[Hook], bool] = lambda hook: True,
    ended: Callable[[], None] = lambda: None,
) -> None:
    """Run the hooks of an event, whose last runs `running.release` then has.

    Each is recorded before it starts. Raises HookFailed at the first that fails. Then logs are
    shown, and what succeeded and what failed is deleted, as the hooks' policies say; `ended` is
    called in between.
    """
    due = [hook for hook in running.release.hooks if event in hook.events and wanted(hook)]
    done: list[Hook] = []
    for hook in sorted(due, key=lambda hook: (hook.weight, hook.name)):
        session.reporter(Progress("hook", f"running {event} hook {hook.name} ({hook.kind})"))
        try:
            _run_one(session, running, hook, event, timeout)
        except HookFailed:
            ended()
            _tidy(session, running, [hook], FAILED, timeout)
            _tidy(session, running, done, SUCCEEDED, timeout)
            raise
        done.append(hook)
    ended()
    for hook in reversed(done):
        logs.output(session, hook, running.release.namespace, SUCCEEDED)
        _delete_by_policy(session, running, [hook], SUCCEEDED, timeout)


def check(session: Session, release: Release, checks: Checks, *events: HookEvent) -> None:
    """Refuse hooks of these events that no server takes, before any has run.

    Raises ManifestError. A hook's kind may come with what runs before it.
    """
    for hook in release.hooks:
        for event in events:
            if event in hook.events:
                made = [replace(each, source=hook.path) for each in parse(hook.manifest)]
                build(
                    *(session.cluster, made, release.namespace),
                    what=f"{event} hook",
                    foreseen=True,
                    checks=checks,
                )


def with_run(release: Release, hook: Hook, run: HookExecution) -> Release:
    """The release with a hook's last run."""
    ran = replace(hook, last_run=run)
    hooks = tuple(ran if _same(each, hook) else each for each in release.hooks)
    return replace(release, hooks=hooks)


def _run_one(
    session: Session, running: operation.Running, hook: Hook, event: HookEvent, timeout: float
) -> None:
    hook = replace(hook, delete_policies=_policies(hook))
    running.release = with_run(running.release, hook, hook.last_run)
    _delete_by_policy(session, running, [hook], BEFORE_CREATION, timeout)
    targets = _targets(session, running.release, hook, event)
    started = Timestamp.of(session.clock())
    begun = with_run(running.release, hook, HookExecution(started, None, "Running"))
    running.release = operation.record(session, begun)

    def ended(phase: str) -> None:
        run = HookExecution(started, Timestamp.of(session.clock()), phase)
        running.release = with_run(running.release, hook, run)

    try:
        apply.apply_all(session, targets, _method(running.release, event))
    except PyHelmError as exc:
        ended("Failed")
        text = f"warning: Hook {event} {hook.path} failed: {exc}"
        raise HookFailed(text) from exc
    try:
        for target in targets:
            wait.wait_hook(
                session.cluster,
                target.ref,
                timeout=timeout,
                report=operation.telling(session, f"{event} hook"),
                enquire=operation.enquiry(session),
            )
    except PyHelmError as exc:
        ended("Failed")
        logs.output(session, hook, running.release.namespace, FAILED)
        raise HookFailed(str(exc)) from exc
    ended("Succeeded")


def _method(release: Release, event: HookEvent) -> Method:
    # Helm: what runs at a deletion is always applied server-side.
    return Method(server_side=event in DELETIONS or release.apply_method == "ssa")


def _same(one: Hook, other: Hook) -> bool:
    return (one.path, one.name, one.kind) == (other.path, other.name, other.kind)


def _policies(hook: Hook) -> tuple[str, ...]:
    # Helm: without any policy, a hook of an earlier run goes before it runs again.
    return hook.delete_policies or (BEFORE_CREATION,)


def _targets(
    session: Session, release: Release, hook: Hook, event: HookEvent | None = None
) -> list[Target]:
    try:
        return build(session.cluster, parse(hook.manifest), release.namespace)
    except PyHelmError as exc:
        problem = str(exc).removeprefix(
            "unable to build kubernetes objects from release manifest: "
        )
        what = f"for {event} hook" if event else "for deleting hook"
        raise HookFailed(
            f"unable to build kubernetes object {what} {hook.path}: {problem}"
        ) from exc


def _delete_by_policy(
    session: Session,
    running: operation.Running,
    hooks: Iterable[Hook],
    policy: str,
    timeout: float,
) -> None:
    """Delete hooks whose policies say so; CRDs never, since all objects of theirs would go.

    Raises OperationFailed for what can't be deleted, WaitError for what does not go.
    """
    for hook in hooks:
        if policy not in _policies(hook) or hook.kind == "CustomResourceDefinition":
            continue
        refs = operation.refs_of(_targets(session, running.release, hook))
        live = list(ownership.existing(session.cluster, refs))
        faults = deletion.delete_all(session, live)
        if faults:
            raise OperationFailed("; ".join(faults))
        if live:
            wait.wait_deleted(session.cluster, live, timeout=timeout)


def _tidy(
    session: Session,
    running: operation.Running,
    hooks: Iterable[Hook],
    policy: str,
    timeout: float,
) -> None:
    """Delete after a failure, which is what matters: another one is only reported."""
    try:
        _delete_by_policy(session, running, hooks, policy, timeout)
    except PyHelmError as exc:
        text = f"error deleting the hook resource on hook failure: {exc}"
        session.reporter(Progress("warning", text))
