"""What cells of tables are made of: ages, labels, selectors, lists that are cut short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyhelm.simulator import clock

Object = dict[str, Any]

NONE = "<none>"
UNSET = "<unset>"
UNKNOWN = "<unknown>"


def duration(seconds: float) -> str:
    """`42s`, `2m42s`, `31m`, `5h2m`, `3d`: as `kubectl` writes ages."""
    total = int(seconds)
    if total < 0:
        # The server forgives clocks that differ by less than two seconds.
        return "<invalid>" if total < -1 else "0s"
    if total < 120:
        return f"{total}s"
    minutes, hours, days = total // 60, total // 3600, total // 86400
    if minutes < 10:
        return f"{minutes}m{total % 60}s" if total % 60 else f"{minutes}m"
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return f"{days}d{hours % 24}h" if hours % 24 else f"{days}d"
    if days < 730:
        return f"{days}d"
    years = days // 365
    if years < 8:
        return f"{years}y{days % 365}d" if days % 365 else f"{years}y"
    return f"{years}y"


def since(stamp: str | None) -> str:
    """The time since a moment."""
    return duration(clock.wall() - clock.parse(stamp)) if stamp else UNKNOWN


def age(obj: Object) -> str:
    """An object's age."""
    return since(obj["metadata"].get("creationTimestamp"))


def spec_of(obj: Object) -> Object:
    """An object's spec; empty where it has none."""
    return obj.get("spec") or {}


def status_of(obj: Object) -> Object:
    """An object's status; empty where it has none."""
    return obj.get("status") or {}


def conditions_of(obj: Object) -> dict[str, Object]:
    """An object's conditions by their type; of two with one type the first counts."""
    found: dict[str, Object] = {}
    for each in status_of(obj).get("conditions") or ():
        found.setdefault(each["type"], each)
    return found


def is_true(obj: Object, condition: str) -> bool:
    """Whether a condition holds."""
    return conditions_of(obj).get(condition, {}).get("status") == "True"


def is_going(obj: Object) -> bool:
    """Whether an object is being deleted."""
    return bool(obj["metadata"].get("deletionTimestamp"))


def annotations_of(obj: Object) -> Mapping[str, str]:
    """An object's annotations."""
    return obj["metadata"].get("annotations") or {}


def label_text(labels: Mapping[str, str] | None) -> str:
    """Labels as text."""
    return ",".join(sorted(f"{key}={value}" for key, value in (labels or {}).items())) or NONE


def selector_text(selector: Mapping[str, Any] | None, empty: str = NONE) -> str:
    """A LabelSelector as text, its requirements in the order of their keys."""
    given = selector or {}
    parts = [(key, f"{key}={value}") for key, value in (given.get("matchLabels") or {}).items()]
    parts += [(each["key"], _requirement(each)) for each in given.get("matchExpressions") or ()]
    return ",".join(text for _, text in sorted(parts, key=lambda part: part[0])) or empty


def _requirement(each: Mapping[str, Any]) -> str:
    key, operator = each["key"], each["operator"]
    if operator in ("In", "NotIn"):
        return f"{key} {operator.lower()} ({','.join(sorted(each.get('values') or ()))})"
    return str(key) if operator == "Exists" else f"!{key}"


def template_images(spec: Object) -> tuple[str, str]:
    """The names and images of the containers of a spec's template."""
    return images_of(spec_of(spec.get("template") or {}).get("containers") or ())


def images_of(containers: Iterable[Object]) -> tuple[str, str]:
    """The names and images of containers."""
    found = list(containers)
    names = ",".join(each["name"] for each in found)
    return names, ",".join(each.get("image", "") for each in found)


def shortened(texts: Sequence[str], limit: int = 3, separator: str = ",") -> str:
    """The first of some texts, and how many more there are."""
    shown = separator.join(texts[:limit])
    return f"{shown} + {len(texts) - limit} more..." if len(texts) > limit else shown
