"""`install`: one straight line from a chart to a deployed release."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm._datetime import datetime
from pyhelm.actions import (
    apply,
    crds,
    depends,
    hooks,
    made,
    names,
    operation,
    ownership,
    recovery,
    rehearsal,
)
from pyhelm.actions.fitting import checks_of
from pyhelm.actions.lookup import cluster_lookup
from pyhelm.actions.methods import Method
from pyhelm.actions.options import InstallOptions, UninstallOptions
from pyhelm.actions.plan import Intent
from pyhelm.actions.prepare import Enabled, Prepared, default_capabilities, enable, prepare
from pyhelm.actions.session import Session
from pyhelm.actions.targets import Target, build, owned
from pyhelm.actions.uninstall import uninstall
from pyhelm.chart.model import Chart, Values
from pyhelm.engine.context import ReleaseInfo
from pyhelm.errors import (
    HookFailed,
    OperationFailed,
    OwnershipError,
    PyHelmError,
    ReleaseExists,
    ReleaseNotFound,
    UsageError,
)
from pyhelm.kube.cluster import ObjectRef
from pyhelm.kube.lease import Work
from pyhelm.release.model import HookEvent, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.storage import labels

DRY_RUN = "Dry run complete"
IN_USE = "cannot reuse a name that is still in use"


def install(
    session: Session, name: str, chart: Chart, values: Values, options: InstallOptions
) -> Release:
    """Install a chart as a new release; returns its record.

    Raises ReleaseExists, OwnershipError, OperationFailed and whatever rendering raises. A failure
    after the revision was recorded leaves a record that says `failed`.
    """
    namespace, now = session.namespace, session.clock()
    if options.dry_run == "client":
        return _preview(session, name, chart, values, options, now)
    name = _checked(name, chart, options, now)
    session.cluster.check()
    replaced = _available(session, name, options) if options.dry_run == "none" else None
    enabled = enable(chart, values, options, session.cache)
    crds.bring(session, enabled.chart, options, _method(options))

    rehearsed = options.dry_run == "server"
    intent = _intended(session, name, enabled, values, options, now, foreseen=rehearsed)
    release, targets = intent.release, list(intent.new)
    adopted = check_ownership(session, name, targets, take=options.take_ownership)
    if rehearsed:
        found = crds.planned(session, enabled.chart, options)
        intent = replace(intent, crds=found)
        rehearsal.rehearse(session, intent, create_namespace=options.create_namespace)
        return operation.status(release, release.info.status, DRY_RUN)

    if options.create_namespace:
        _create_namespace(session, options)
    method = replace(intent.method, hand_over=bool(adopted), updating=bool(adopted))
    version = replaced.version + 1 if replaced else 1
    with recovery.locked(session, Work(name, namespace, "install", version)) as session:
        release = _superseding(session, release, replaced)
        recovery.create(session, release)
        return operation.guarded(
            session,
            operation.Running(release),
            lambda running: _perform(session, running, targets, method, options),
            lambda failed, error: _fail(session, failed, error, options),
        )


def intended(
    session: Session, name: str, chart: Chart, values: Values, options: InstallOptions
) -> Intent:
    """What an installation would record and apply, its CRDs first; nothing is changed.

    Raises what `install` raises before anything is recorded, but for objects of others.
    """
    now = session.clock()
    name = _checked(name, chart, options, now)
    replaced = _available(session, name, options)
    enabled = enable(chart, values, options, session.cache)
    intent = _intended(session, name, enabled, values, options, now, foreseen=True)
    revision = replaced.version + 1 if replaced else 1
    found = crds.planned(session, enabled.chart, options)
    release = replace(intent.release, version=revision)
    return replace(intent, release=release, crds=found)


def _intended(
    session: Session,
    name: str,
    enabled: Enabled,
    values: Values,
    options: InstallOptions,
    now: datetime,
    *,
    foreseen: bool = False,
) -> Intent:
    lookup = cluster_lookup(session.cluster)
    info = ReleaseInfo(name, session.namespace)
    prepared = prepare(
        enabled, info, session.cluster.capabilities(), options, lookup=lookup, cache=session.cache
    )
    release = _pending(name, session.namespace, values, prepared, options, now)
    # What is there already may have been made by client-side apply.
    method = replace(_method(options), hand_over=options.server_side != "false")
    checks = checks_of(
        session.cluster, prepared.origins, server_side=method.server_side, foreseen=foreseen
    )
    targets = build(
        session.cluster, prepared.manifests, session.namespace, foreseen=foreseen, checks=checks
    )
    depends.check(targets)
    if not options.no_hooks:
        hooks.check(session, release, checks, HookEvent.PRE_INSTALL, HookEvent.POST_INSTALL)
    return Intent(release, None, (), targets, method)


def _preview(
    session: Session,
    name: str,
    chart: Chart,
    values: Values,
    options: InstallOptions,
    now: datetime,
) -> Release:
    """What `--dry-run=client` shows: the release as it would be, without asking any cluster."""
    name = _checked(name, chart, options, now)
    enabled = enable(chart, values, options, session.cache)
    info = ReleaseInfo(name, session.namespace)
    prepared = prepare(enabled, info, default_capabilities(), options, cache=session.cache)
    run = () if options.no_hooks else prepared.hooks
    server_side = _method(options).server_side
    made.check(prepared, run, server_side=server_side, cache=session.cache)
    release = _pending(name, session.namespace, values, prepared, options, now)
    return operation.status(release, release.info.status, DRY_RUN)


def check_ownership(
    session: Session, name: str, targets: list[Target], *, take: bool
) -> list[ObjectRef]:
    """Refuse to take over what belongs to someone else; all conflicts in one OwnershipError.

    Returns the objects that are there already.
    """
    found = ownership.existing(session.cluster, operation.refs_of(targets))
    try:
        if not take:
            ownership.check(found, name, session.namespace)
    except OwnershipError as exc:
        message = f"unable to continue with install: {exc}"
        raise OwnershipError(message, exc.conflicts) from exc
    return list(found)


def _checked(name: str, chart: Chart, options: InstallOptions, now: datetime) -> str:
    """The release's name, made if asked for, after the options were checked."""
    if options.hide_secret and options.dry_run == "none":
        raise UsageError("hiding Kubernetes secrets requires a dry-run mode")
    labels.check_user_labels(options.labels)
    if not name and options.name_template:
        name = names.from_template(options.name_template)
    if not name and options.generate_name:
        name = names.generated(chart.name, now)
    try:
        names.check(name)
    except UsageError as exc:
        raise UsageError(f'release name check failed: release name "{name}": {exc}') from exc
    return name


def _available(session: Session, name: str, options: InstallOptions) -> Release | None:
    """The revision that `--replace` supersedes; raises ReleaseExists when the name is taken."""
    try:
        last = session.storage.last(name)
    except ReleaseNotFound:
        return None
    if options.replace and last.info.status in (Status.UNINSTALLED, Status.FAILED):
        return last
    raise ReleaseExists(f"release name check failed: {IN_USE}; {_way_on(last)}")


def _way_on(last: Release) -> str:
    """Whose a name is, and what can be done about it."""
    name, status = last.name, last.info.status
    about = last.chart.metadata
    whose = f"revision {last.version}, of {about.name}-{about.version}, is {status}"
    install, remove = f"'pyhelm upgrade --install {name}'", f"'pyhelm uninstall {name}'"
    if status.is_pending:
        return f"{whose}: if nobody is at work on it, {install} or {remove} goes on from here"
    if status is Status.UNINSTALLED:
        return f"{whose}: --replace uses the name again, {remove} removes the history"
    if status is Status.UNINSTALLING:
        return f"{whose}: {remove} brings that to an end"
    if status is Status.FAILED:
        return f"{whose}: {install} tries again, {remove} removes it"
    return f"{whose}: {install} changes it; another release needs another name"


def _pending(
    name: str,
    namespace: str,
    values: Values,
    prepared: Prepared,
    options: InstallOptions,
    now: datetime,
) -> Release:
    moment = Timestamp.of(now)
    info = Info(
        first_deployed=moment,
        last_deployed=moment,
        description="Initial install underway",
        status=Status.PENDING_INSTALL,
        notes=prepared.notes,
    )
    return Release(
        name=name,
        namespace=namespace,
        version=1,
        info=info,
        chart=prepared.chart,
        config=values,
        manifest=prepared.text,
        hooks=prepared.hooks,
        labels=dict(options.labels),
        apply_method=_method(options).name,
    )


def _superseding(session: Session, release: Release, replaced: Release | None) -> Release:
    """The release as the revision after the one that `--replace` names."""
    if replaced is None:
        return release
    # Helm: a failed revision stays failed.
    if replaced.info.status is not Status.FAILED:
        text = "superseded by new release"
        operation.record(session, operation.status(replaced, Status.SUPERSEDED, text))
    return replace(release, version=replaced.version + 1)


def _method(options: InstallOptions) -> Method:
    return Method(
        server_side=options.server_side != "false",
        force_conflicts=options.force_conflicts,
        force_replace=options.force_replace,
        validate=not options.disable_openapi_validation,
    )


def _create_namespace(session: Session, options: InstallOptions) -> None:
    metadata = {"name": session.namespace, "labels": {"name": session.namespace}}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    ref = ObjectRef.of(namespace)
    if not ownership.existing(session.cluster, [ref]):
        method = Method(server_side=options.server_side != "false")
        apply.apply_all(session, [Target(ref, namespace)], method)


def _perform(
    session: Session,
    running: operation.Running,
    targets: list[Target],
    method: Method,
    options: InstallOptions,
) -> Release:
    release = running.release
    if not options.no_hooks:
        _hooks(session, running, HookEvent.PRE_INSTALL, options)
    mine = owned(targets, release)
    between = " && " if method.hand_over else "\n"
    operation.apply_in_order(session, mine, method, timeout=options.timeout, between=between)
    operation.wait_for(
        session,
        operation.refs_of(targets),
        operation.waits(options.wait, rollback_on_failure=options.rollback_on_failure),
        timeout=options.timeout,
        jobs=options.wait_for_jobs,
    )
    if not options.no_hooks:
        _hooks(session, running, HookEvent.POST_INSTALL, options)
    done = options.description or "Install complete"
    return operation.record(session, operation.status(running.release, Status.DEPLOYED, done))


def _hooks(
    session: Session, running: operation.Running, event: HookEvent, options: InstallOptions
) -> None:
    try:
        hooks.run(session, running, event, timeout=options.timeout)
    except HookFailed as exc:
        raise HookFailed(f"failed {event}: {exc}") from exc


def _fail(
    session: Session,
    release: Release,
    error: BaseException,
    options: InstallOptions,
) -> PyHelmError:
    """Record the failure, or take everything back; returns what to raise."""
    text = operation.reason(error)
    failed = operation.status(release, Status.FAILED, f'Release "{release.name}" failed: {text}')
    operation.record(session, failed)
    if not options.rollback_on_failure:
        return OperationFailed(text)
    try:
        how = operation.waits(options.wait, rollback_on_failure=True)
        undo = UninstallOptions(no_hooks=options.no_hooks, timeout=options.timeout, wait=how)
        uninstall(session, release.name, undo)
    except PyHelmError as exc:
        return OperationFailed(
            "an error occurred while uninstalling the release. original install error: "
            f"{text}: {exc}"
        )
    return OperationFailed(
        f"release {release.name} failed, and has been uninstalled due to rollback-on-failure "
        f"being set: {text}"
    )
