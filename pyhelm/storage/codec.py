"""Releases as Helm's records: JSON under Helm's names, gzipped, base64.

What Helm omits when empty is omitted; Helm 3's empty times and records without gzip are read. The
chart's dependencies are not part of a record, as in Helm.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib

from pyhelm import _yaml
from pyhelm._dataclass import replace
from pyhelm._typing import Any, Mapping
from pyhelm.chart import metadata as chart_metadata
from pyhelm.chart.model import ENGINE_ANNOTATION, Chart, File
from pyhelm.errors import ChartError, StorageError
from pyhelm.release.model import Hook, HookEvent, HookExecution, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.storage.driver import Record
from pyhelm.storage.labels import user_labels

MAGIC = b"\x1f\x8b\x08"

ZERO_TIME = "0001-01-01T00:00:00Z"
"""Go's zero time, which a record has where there is none and Helm does not omit it."""


def encode(release: Release) -> str:
    """The body of a record."""
    data = _yaml.to_json(to_record(release), sort_keys=False).encode()
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()


def decode(record: Record) -> Release:
    """The release in a record, the user's labels from the record's own; raises StorageError."""
    try:
        data = base64.b64decode(record.body)
        if data.startswith(MAGIC):
            data = gzip.decompress(data)
        release = from_record(json.loads(data))
    except (ValueError, binascii.Error, zlib.error, OSError, EOFError, ChartError) as exc:
        raise StorageError(f"read release record {record.key}: it is damaged: {exc}") from exc
    return replace(release, labels=user_labels(record.labels))


def to_record(release: Release) -> dict[str, Any]:
    """A release in Helm's JSON names and order."""
    return _filled(
        {
            "name": release.name,
            "info": _info(release.info),
            "chart": _chart(release.chart),
            "config": _sorted(release.config),
            "manifest": release.manifest,
            "hooks": [_hook(hook) for hook in release.hooks],
            "version": release.version,
            "namespace": release.namespace,
            "apply_method": release.apply_method,
        },
        keep=("info", "chart"),
    )


def from_record(row: Mapping[str, Any]) -> Release:
    """A release from Helm's JSON; raises ValueError or ChartError."""
    if not isinstance(row, dict):
        raise ValueError("no JSON object")
    return Release(
        name=str(row.get("name") or ""),
        namespace=str(row.get("namespace") or ""),
        version=int(row.get("version") or 0),
        info=_read_info(row.get("info") or {}),
        chart=_read_chart(row.get("chart") or {}),
        config=row.get("config") or {},
        manifest=str(row.get("manifest") or ""),
        hooks=tuple(_read_hook(each) for each in row.get("hooks") or ()),
        apply_method=str(row.get("apply_method") or ""),
    )


def _info(info: Info) -> dict[str, Any]:
    return _filled(
        {
            "first_deployed": _time(info.first_deployed),
            "last_deployed": _time(info.last_deployed),
            "deleted": _time(info.deleted),
            "description": info.description,
            "status": info.status.value,
            "rollback_revision": info.rollback_revision,
            "notes": info.notes,
            "resources": info.resources,
        }
    )


def _read_info(row: Mapping[str, Any]) -> Info:
    return Info(
        first_deployed=_read_time(row.get("first_deployed")),
        last_deployed=_read_time(row.get("last_deployed")),
        deleted=_read_time(row.get("deleted")),
        description=str(row.get("description") or ""),
        status=_status(row.get("status")),
        notes=str(row.get("notes") or ""),
        rollback_revision=int(row.get("rollback_revision") or 0),
    )


def _status(text: Any) -> Status:
    try:
        return Status(str(text))
    except ValueError:
        return Status.UNKNOWN


def _chart(chart: Chart) -> dict[str, Any]:
    info = chart_metadata.to_dict(chart.metadata)
    # Helm drops `engine`, and keeps the annotation that says the same.
    if info.get("engine"):
        annotations = dict(info.get("annotations") or {})
        info["annotations"] = {**annotations, ENGINE_ANNOTATION: info["engine"]}
    row = {
        "metadata": info,
        "lock": chart_metadata.lock_dict(chart.lock) if chart.lock else None,
        "templates": [_file(file) for file in chart.templates] or None,
        "values": _sorted(chart.values) or None,
        "schema": base64.b64encode(chart.schema).decode() if chart.schema else None,
        "schemamodtime": chart.schema_modtime or ZERO_TIME,
        "files": [_file(file) for file in chart.files] or None,
    }
    return {**row, "modtime": chart.modtime} if chart.modtime else row


def _read_chart(row: Mapping[str, Any]) -> Chart:
    lock = row.get("lock")
    return Chart(
        metadata=chart_metadata.from_dict(row.get("metadata") or {}),
        values=row.get("values") or {},
        templates=tuple(_read_file(each) for each in row.get("templates") or ()),
        files=tuple(_read_file(each) for each in row.get("files") or ()),
        schema=base64.b64decode(row.get("schema") or ""),
        lock=chart_metadata.lock_from_dict(lock) if lock else None,
        modtime=str(row.get("modtime") or ""),
        schema_modtime=_known_time(row.get("schemamodtime")),
    )


def _file(file: File) -> dict[str, Any]:
    row = {"name": file.name, "data": base64.b64encode(file.data).decode()}
    return {**row, "modtime": file.modtime} if file.modtime else row


def _read_file(row: Mapping[str, Any]) -> File:
    data = base64.b64decode(row.get("data") or "")
    return File(str(row.get("name") or ""), data, str(row.get("modtime") or ""))


def _hook(hook: Hook) -> dict[str, Any]:
    return _filled(
        {
            "name": hook.name,
            "kind": hook.kind,
            "path": hook.path,
            "manifest": hook.manifest,
            "events": [event.value for event in hook.events],
            "last_run": _execution(hook.last_run),
            "weight": hook.weight,
            "delete_policies": list(hook.delete_policies),
            "output_log_policies": list(hook.output_log_policies),
        },
        keep=("last_run",),
    )


def _read_hook(row: Mapping[str, Any]) -> Hook:
    known = {event.value: event for event in HookEvent}
    last_run = row.get("last_run") or {}
    return Hook(
        name=str(row.get("name") or ""),
        kind=str(row.get("kind") or ""),
        path=str(row.get("path") or ""),
        manifest=str(row.get("manifest") or ""),
        events=tuple(known[name] for name in row.get("events") or () if name in known),
        last_run=HookExecution(
            _read_time(last_run.get("started_at")),
            _read_time(last_run.get("completed_at")),
            str(last_run.get("phase") or ""),
        ),
        weight=int(row.get("weight") or 0),
        delete_policies=tuple(row.get("delete_policies") or ()),
        output_log_policies=tuple(row.get("output_log_policies") or ()),
    )


def _execution(run: HookExecution) -> dict[str, Any]:
    times = {"started_at": _time(run.started_at), "completed_at": _time(run.completed_at)}
    return {**_filled(times), "phase": run.phase}


def _time(moment: Timestamp | None) -> str:
    return moment.rfc3339() if moment else ""


def _read_time(text: Any) -> Timestamp | None:
    # Helm 3 wrote "" and Go's zero time where there is none.
    if not text or text == ZERO_TIME:
        return None
    return Timestamp.parse(str(text))


def _sorted(value: Any) -> Any:
    """A values tree with its keys in order at every level, as Go writes maps."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _known_time(text: Any) -> str:
    return "" if not text or text == ZERO_TIME else str(text)


def _filled(row: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value or key in keep}
