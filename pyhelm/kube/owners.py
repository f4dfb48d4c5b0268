"""Who set a field, as an object's `managedFields` tell (`fieldsV1`, KEP-555)."""

from __future__ import annotations

import json

from pyhelm._dataclass import dataclass
from pyhelm._typing import Any, Mapping
from pyhelm.kube.cluster import Object
from pyhelm.kube.fields import Path, Row
from pyhelm.kube.strategic import same


@dataclass(frozen=True, slots=True)
class Owner:
    """A manager, how it wrote (`Apply` or `Update`), and when last."""

    manager: str
    operation: str
    time: str


def owners(obj: Object, path: Path) -> list[Owner]:
    """Those who own a field, who wrote last first."""
    entries = (obj.get("metadata") or {}).get("managedFields") or []
    found = [
        Owner(
            str(entry.get("manager") or ""),
            str(entry.get("operation") or ""),
            str(entry.get("time") or ""),
        )
        for entry in entries
        if entry.get("fieldsV1") and _owns(entry["fieldsV1"], path)
    ]
    return sorted(found, key=lambda owner: owner.time, reverse=True)


def _owns(fields: Mapping[str, Any], path: Path) -> bool:
    """Whether a set of fields has one, or a whole that it is part of."""
    if not path:
        return True
    inner = [value for name, value in fields.items() if _is(name, path[0])]
    if inner:
        return any(_owns(each, path[1:]) for each in inner)
    # A list or a map that is one value has no members here.
    return not fields


def _is(name: str, step: str | Row) -> bool:
    if not isinstance(step, Row):
        return name == f"f:{step}"
    if not name.startswith("k:"):
        return False
    keys: dict[str, Any] = json.loads(name[2:])
    return bool(step.keys) and all(
        key in keys and same(keys[key], value) for key, value in step.keys
    )
