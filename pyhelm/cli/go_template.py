"""`--template`: results of commands through a Go template, as Go's text/template alone has it."""

from __future__ import annotations

from datetime import timedelta

from pyhelm._typing import Any
from pyhelm.engine.functions.times import UTC, Fixed, Time
from pyhelm.engine.gotemplate.objects import Struct
from pyhelm.engine.gotypes import StringMap, from_json
from pyhelm.engine.objects import chart_object
from pyhelm.release.model import Hook, Release
from pyhelm.release.timestamp import Timestamp

_YEAR_ONE = -62_135_596_800
"""Go's zero time."""


def build_info(fields: dict[str, str]) -> Struct:
    """What `version --template` sees."""
    return Struct("version.BuildInfo", fields)


def release_data(release: Release) -> dict[str, Any]:
    """What `get all --template` sees: the release as Go's struct, under `.Release`."""
    return {"Release": Struct("*v1.Release", _release(release))}


def _release(release: Release) -> dict[str, Any]:
    return {
        "Name": release.name,
        "Info": Struct("*v1.Info", _info(release)),
        "Chart": Struct("*v2.Chart", _chart(release)),
        "Config": from_json(release.config),
        "Manifest": release.manifest,
        "Hooks": [Struct("*v1.Hook", _hook(hook)) for hook in release.hooks],
        "Version": release.version,
        "Namespace": release.namespace,
        "Labels": StringMap(release.labels),
        "ApplyMethod": release.apply_method,
    }


def _info(release: Release) -> dict[str, Any]:
    info = release.info
    return {
        "FirstDeployed": _time(info.first_deployed),
        "LastDeployed": _time(info.last_deployed),
        "Deleted": _time(info.deleted),
        "Description": info.description,
        "Status": str(info.status.value),
        "RollbackRevision": info.rollback_revision,
        "Notes": info.notes,
        "Resources": from_json(info.resources),
    }


def _chart(release: Release) -> dict[str, Any]:
    metadata = from_json(chart_object(release.chart, is_root=True))
    metadata.pop("IsRoot", None)
    return {
        "Name": release.chart.name,
        "Metadata": Struct("*v2.Metadata", metadata),
        "Values": from_json(release.chart.values),
    }


def _hook(hook: Hook) -> dict[str, Any]:
    return {
        "Name": hook.name,
        "Kind": hook.kind,
        "Path": hook.path,
        "Manifest": hook.manifest,
        "Events": [event.value for event in hook.events],
        "Weight": hook.weight,
        "LastRun": Struct("v1.HookExecution", _execution(hook)),
    }


def _execution(hook: Hook) -> dict[str, Any]:
    run = hook.last_run
    return {
        "StartedAt": _time(run.started_at),
        "CompletedAt": _time(run.completed_at),
        "Phase": run.phase,
    }


def _time(stamp: Timestamp | None) -> Time:
    if stamp is None:
        return Time(_YEAR_ONE, 0, UTC)
    offset = int((stamp.moment.utcoffset() or timedelta()).total_seconds())
    return Time(
        int(stamp.moment.timestamp()), stamp.nanosecond, Fixed("", offset) if offset else UTC
    )
