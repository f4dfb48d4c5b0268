"""Releases as Helm's records: JSON under Helm's names, gzipped, base64.

What Helm omits when empty is omitted; Helm 3's empty times and records without gzip are read. The
chart's dependencies are not part of a record, as in Helm.
"""

from __future__ import annotations

import binascii
import json
import zlib
from binascii import a2b_base64, b2a_base64
from contextlib import contextmanager

from pyhelm import _yaml
from pyhelm._dataclass import replace
from pyhelm._enum import unlisted
from pyhelm._typing import Any, Iterator, Mapping
from pyhelm.chart import metadata as chart_metadata
from pyhelm.chart.model import ENGINE_ANNOTATION, Chart, File
from pyhelm.errors import ChartError, StorageError
from pyhelm.release.model import Hook, HookEvent, HookExecution, Info, Release, Status
from pyhelm.release.timestamp import Timestamp
from pyhelm.storage.driver import Record
from pyhelm.storage.labels import user_labels

MAGIC = b"\x1f\x8b\x08"

GZIP = 31
"""What zlib calls gzip; the module of that name takes longer to import than a record to read."""

_HEAD = ("name", "namespace", "version", "info", "apply_method")

ZERO_TIME = "0001-01-01T00:00:00Z"
"""Go's zero time, which a record has where there is none and Helm does not omit it."""


def encode(release: Release) -> str:
    """The body of a record."""
    return packed(to_record(release))


def decode(record: Record) -> Release:
    """The release in a record, the user's labels from the record's own; raises StorageError."""
    return release_of(record, row_of(record))


def packed(row: Mapping[str, Any]) -> str:
    """A record's JSON as its body."""
    return packed_text(_yaml.to_json(row, sort_keys=False).encode())


def packed_text(text: bytes) -> str:
    """A text as a body holds it."""
    return _base64(zlib.compress(text, 9, GZIP))


def unpacked(record: Record) -> bytes:
    """The text in a record's body; raises StorageError."""
    with damage(record):
        data = a2b_base64(record.body)
        return zlib.decompress(data, GZIP) if data.startswith(MAGIC) else data


def row_of(record: Record) -> dict[str, Any]:
    """The JSON in a record's body; raises StorageError."""
    text = unpacked(record)
    with damage(record):
        row = json.loads(text)
        if not isinstance(row, dict):
            raise ValueError("no JSON object")
        return row


def release_of(record: Record, row: Mapping[str, Any]) -> Release:
    """The release that a record's JSON describes; raises StorageError."""
    with damage(record):
        return replace(from_record(row), labels=user_labels(record.labels))


@contextmanager
def damage(record: Record) -> Iterator[None]:
    """Says which record it was that made no sense; raises StorageError."""
    try:
        yield
    except (ValueError, binascii.Error, zlib.error, OSError, EOFError, ChartError) as exc:
        raise StorageError(f"read release record {record.key}: it is damaged: {exc}") from exc


def head(row: Mapping[str, Any]) -> dict[str, Any]:
    """As much of a record's JSON as a list shows."""
    chart = {"metadata": (row.get("chart") or {}).get("metadata")}
    return {**{key: row.get(key) for key in _HEAD}, "chart": chart}


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
    if text is None:
        return Status.UNKNOWN
    try:
        return Status(str(text))
    except ValueError:
        # A later version's: it is shown, and kept, as it is.
        return unlisted(Status, str(text))


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
        "schema": None if chart.schema is None else _base64(chart.schema),
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
        schema=None if row.get("schema") is None else a2b_base64(row["schema"]),
        lock=chart_metadata.lock_from_dict(lock) if lock else None,
        modtime=str(row.get("modtime") or ""),
        schema_modtime=_known_time(row.get("schemamodtime")),
    )


def _file(file: File) -> dict[str, Any]:
    row = {"name": file.name, "data": _base64(file.data)}
    return {**row, "modtime": file.modtime} if file.modtime else row


def _read_file(row: Mapping[str, Any]) -> File:
    data = a2b_base64(row.get("data") or "")
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


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def _sorted(value: Any) -> Any:
    """A values tree with its keys in order at every level, as Go writes maps."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _known_time(text: Any) -> str:
    return "" if not text or text == ZERO_TIME else str(text)


def _filled(row: dict[str, Any], keep: tuple[str, ...] = ()) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value or key in keep}
