"""A release as `-o json` and `-o yaml` show it: its record, in Helm's order of fields."""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm.release.model import Release


def record(release: Release, *, chart: bool = True) -> dict[str, Any]:
    """The record without the labels, which Helm keeps out of it; on demand without the chart."""
    from pyhelm.storage.codec import to_record

    found = to_record(release)
    hidden = {"labels"} if chart else {"labels", "chart"}
    return {key: value for key, value in found.items() if key not in hidden}
