"""The labels of a record: Helm's own, which lists and filters use, and the user's."""

from __future__ import annotations

from pyhelm._typing import Mapping
from pyhelm.errors import UsageError
from pyhelm.release.model import Release

SYSTEM = ("name", "owner", "status", "version", "createdAt", "modifiedAt")
"""Labels that are Helm's."""

OWNER = "helm"


def record_labels(release: Release, *, created_at: int = 0, modified_at: int = 0) -> dict[str, str]:
    """The labels under which a record is stored; times are seconds since 1970."""
    labels = {key: value for key, value in release.labels.items() if key not in SYSTEM}
    if created_at:
        labels["createdAt"] = str(created_at)
    if modified_at:
        labels["modifiedAt"] = str(modified_at)
    return {
        **labels,
        "name": release.name,
        "owner": OWNER,
        "status": release.info.status.value,
        "version": str(release.version),
    }


def user_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """A record's labels without Helm's."""
    return {key: value for key, value in labels.items() if key not in SYSTEM}


def check_user_labels(labels: Mapping[str, str]) -> None:
    """Refuse labels that are Helm's own; raises UsageError."""
    if any(key in SYSTEM for key in labels):
        raise UsageError(
            "user supplied labels contains system reserved label name. "
            f"System labels: [{' '.join(SYSTEM)}]"
        )


def merged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """An upgrade's labels over the last revision's; the value `null` removes one."""
    both = {**old, **new}
    return {key: value for key, value in both.items() if value != "null"}
