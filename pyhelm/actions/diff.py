"""`diff`: what an upgrade, rollback or installation would do, and how records differ."""

from __future__ import annotations

from pyhelm._dataclass import replace
from pyhelm.actions import compare, install, rollback, upgrade
from pyhelm.actions.foresee import foresee, told
from pyhelm.actions.options import DiffOptions, InstallOptions, RollbackOptions, UpgradeOptions
from pyhelm.actions.plan import Plan
from pyhelm.actions.session import Session
from pyhelm.chart.model import Chart, Values


def diff_upgrade(
    session: Session,
    name: str,
    chart: Chart,
    values: Values,
    options: UpgradeOptions,
    diff: DiffOptions,
) -> Plan:
    """What an upgrade would do; with `options.install`, an installation where nothing is there.

    Raises NoDeployedRelease, OperationInProgress and whatever rendering raises; what the server
    refuses is in the plan.
    """
    session.cluster.check()
    newest = upgrade.find_newest(session, name)
    if options.install and upgrade.is_absent(newest):
        return diff_install(session, name, chart, values, upgrade.as_install(options), diff)
    asked = replace(options, dry_run="server", cleanup_on_fail=False)
    intent, _ = upgrade.intended(session, name, newest, chart, values, asked, foreseen=True)
    return foresee(session, intent, diff, take=options.take_ownership)


def diff_install(
    session: Session,
    name: str,
    chart: Chart,
    values: Values,
    options: InstallOptions,
    diff: DiffOptions,
) -> Plan:
    """What an installation would do, the chart's CRDs included; raises as `install` does."""
    session.cluster.check()
    asked = replace(options, dry_run="server")
    intent = install.intended(session, name, chart, values, asked)
    return foresee(
        session,
        intent,
        diff,
        take=options.take_ownership,
        create_namespace=options.create_namespace,
    )


def diff_rollback(
    session: Session, name: str, revision: int, options: RollbackOptions, diff: DiffOptions
) -> Plan:
    """What a rollback would do; raises ReleaseNotFound."""
    session.cluster.check()
    asked = replace(options, dry_run="server", cleanup_on_fail=False)
    intent, _ = rollback.intended(session, name, revision, asked)
    return foresee(session, intent, diff)


def diff_revision(session: Session, name: str, first: int, second: int, diff: DiffOptions) -> Plan:
    """How two revisions' manifests differ, 0 being the last; raises ReleaseNotFound."""
    get, last = session.storage.get, session.storage.last
    old = get(name, first) if first else last(name)
    new = get(name, second) if second else last(name)
    return told(compare.records(old, new, diff), diff)


def diff_release(session: Session, first: str, second: str, diff: DiffOptions) -> Plan:
    """How the manifests of two releases differ; raises ReleaseNotFound."""
    old, new = session.storage.last(first), session.storage.last(second)
    return told(compare.records(old, new, diff), diff)
