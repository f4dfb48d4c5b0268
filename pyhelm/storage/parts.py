"""Releases that are larger than a Secret: a head that Helm can list, and parts with the rest.

The head is a record as Helm writes them, of which `chart.metadata.annotations`, the place that Helm
keeps when it rewrites one, says where the parts are. Its manifest can't be parsed on purpose: Helm
lists the release, and stops with an error that names PyHelm before it changes anything.

A head is created first, since that is the lock, and says that it has no parts yet, which is true of
what it applied, too. Each part is owned by its head, so that the cluster collects the parts of a
head that is deleted, whoever deletes it and however little of them was written.
"""

from __future__ import annotations

import json

from pyhelm import _yaml
from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Mapping
from pyhelm.release.model import Status

ANNOTATION = "pyhelm/parts"
RUNS = "pyhelm/hook-runs"
MANIFEST = """\
# This revision is larger than one Secret may be. PyHelm keeps its manifest, values and chart in
# parts; Helm can list it, and leaves it to PyHelm to upgrade, roll back or uninstall it.
pyhelm: *this-release-is-kept-in-parts_use-PyHelm
"""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the rest of a record is; a `count` of 0 says that nothing was written yet."""

    revision: int
    id: str
    count: int = 0
    digest: str = ""

    @property
    def text(self) -> str:
        """As the annotation says it."""
        return f"v{self.revision}/{self.id}/{self.count}/{self.digest}"

    def keys(self, name: str) -> list[str]:
        """The keys of the parts of a release."""
        return [
            f"sh.helm.release.v1.{name}.v{self.revision}.{self.id}.{number}"
            for number in range(1, self.count + 1)
        ]


def parts_of(row: Mapping[str, Any]) -> Parts | None:
    """Where a record says that the rest of it is; None where it is whole."""
    text = _annotations(row).get(ANNOTATION)
    if text is None:
        return None
    revision, id_, count, digest = str(text).split("/")
    return Parts(int(revision.removeprefix("v")), id_, int(count), digest)


def plain(row: Row) -> Row:
    """A head without the annotations that are ours."""
    own = _annotations(row)
    if ANNOTATION not in own:
        return row
    metadata = dict(row["chart"]["metadata"])
    kept = {key: value for key, value in own.items() if key not in (ANNOTATION, RUNS)}
    metadata.pop("annotations")
    if kept:
        metadata["annotations"] = kept
    return {**row, "manifest": "", "chart": {**row["chart"], "metadata": metadata}}


def _annotations(row: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = (row.get("chart") or {}).get("metadata") or {}
    return metadata.get("annotations") or {}


def head_of(row: Row, parts: Parts) -> Row:
    """What Helm reads of a large record, and what changes with its status."""
    metadata = row["chart"]["metadata"]
    runs = [hook["last_run"] for hook in row.get("hooks") or ()]
    annotations = {
        **(metadata.get("annotations") or {}),
        ANNOTATION: parts.text,
        **({RUNS: json.dumps(runs)} if runs else {}),
    }
    info = {key: value for key, value in row["info"].items() if key != "notes"}
    bare = {key: value for key, value in row.items() if key not in ("config", "hooks")}
    chart = {"metadata": {**metadata, "annotations": annotations}}
    return {**bare, "info": info, "chart": chart, "manifest": MANIFEST}


def rest_of(row: Row) -> bytes:
    """What the parts hold: all that a status change leaves as it is."""
    rest = {
        "notes": row["info"].get("notes") or "",
        "chart": {key: value for key, value in row["chart"].items() if key != "metadata"},
        "config": row.get("config"),
        "manifest": row.get("manifest") or "",
        "hooks": [{**hook, "last_run": {}} for hook in row.get("hooks") or ()],
    }
    return _yaml.to_json(rest, sort_keys=False).encode()


def joined(row: Row, rest: Row, parts: Parts) -> Row:
    """A head and what its parts hold, as one record."""
    runs = json.loads(_annotations(row).get(RUNS) or "[]")
    hooks = rest.get("hooks") or []
    runs += [{}] * (len(hooks) - len(runs))
    info = {**row["info"], "notes": rest.get("notes")}
    if parts.revision != row.get("version") and str(info.get("status")).startswith("pending-"):
        # Helm's rollback repeats a head under a new revision before it meets the manifest.
        info["status"] = Status.FAILED.value
    own = plain(row)
    return {
        **own,
        "info": info,
        "chart": {**(rest.get("chart") or {}), **own["chart"]},
        "config": rest.get("config"),
        "manifest": rest.get("manifest"),
        "hooks": [
            {**hook, "last_run": run} for hook, run in zip(hooks, runs[: len(hooks)], strict=True)
        ],
    }


def digest_of(text: bytes) -> str:
    """What the head says of the rest."""
    from pyhelm._digest import sha256

    return sha256(text)
