"""A Client that answers from records, as the commands on releases see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pyhelm.chart.model import Chart, Dependency, Metadata
from pyhelm.errors import ReleaseNotFound
from pyhelm.release.model import Hook, HookEvent, HookExecution, Info, Release, Status
from pyhelm.release.timestamp import Timestamp

RECORDS = Path(__file__).parent / "helm" / "releases.json"


def releases() -> list[Release]:
    """The releases that helm's memory driver had when the transcripts were made."""
    return [_release(row) for row in json.loads(RECORDS.read_text(encoding="utf-8"))]


class FakeClient:
    """Reads only; `namespace` is the one that the settings choose."""

    def __init__(self, settings, reporter) -> None:
        self.namespace = settings.namespace or "default"
        self.releases = [r for r in releases() if r.namespace == self.namespace]

    def __enter__(self) -> FakeClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""

    def history(self, name: str, max: int = 256) -> list[Release]:
        found = [release for release in self.releases if release.name == name]
        if not found:
            raise ReleaseNotFound("release: not found")
        return found[-max:]

    def get(self, name: str, revision: int = 0) -> Release:
        found = self.history(name)
        wanted = [release for release in found if release.version == revision or not revision]
        if not wanted:
            raise ReleaseNotFound("release: not found")
        return wanted[-1]

    def get_labelled(self, name: str) -> Release:
        """Helm's memory driver keeps no labels of its own."""
        return self.get(name)

    status = get

    # Below all annotations that mean Python's own.
    def list(self, options) -> list[Release]:
        last = {release.name: release for release in self.releases}
        return [last[name] for name in sorted(last)]


def _release(row: dict[str, Any]) -> Release:
    return Release(
        name=row["name"],
        namespace=row["namespace"],
        version=row["version"],
        info=_info(row["info"]),
        chart=_chart(row["chart"]),
        config=row.get("config") or {},
        manifest=row.get("manifest", ""),
        hooks=tuple(_hook(hook) for hook in row.get("hooks", ())),
        apply_method=row.get("apply_method", ""),
    )


def _info(row: dict[str, Any]) -> Info:
    return Info(
        first_deployed=_time(row, "first_deployed"),
        last_deployed=_time(row, "last_deployed"),
        description=row["description"],
        status=Status(row["status"]),
        notes=row.get("notes", ""),
        rollback_revision=row.get("rollback_revision", 0),
    )


def _chart(row: dict[str, Any]) -> Chart:
    metadata = row["metadata"]
    own = Metadata(
        name=metadata["name"],
        version=metadata["version"],
        app_version=metadata.get("appVersion", ""),
        api_version=metadata["apiVersion"],
        annotations=metadata.get("annotations", {}),
        dependencies=tuple(Dependency(**dep) for dep in metadata.get("dependencies", ())),
    )
    return Chart(own, row.get("values") or {})


def _hook(row: dict[str, Any]) -> Hook:
    run = row["last_run"]
    return Hook(
        name=row["name"],
        kind=row["kind"],
        path=row["path"],
        manifest=row["manifest"],
        events=tuple(HookEvent(event) for event in row["events"]),
        last_run=HookExecution(_time(run, "started_at"), _time(run, "completed_at"), run["phase"]),
        weight=row["weight"],
        delete_policies=tuple(row["delete_policies"]),
    )


def _time(row: dict[str, Any], key: str) -> Timestamp | None:
    return Timestamp.parse(row[key]) if key in row else None
