"""Where the values were set that a schema refuses: below Helm's message, which names only keys."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Iterator, Sequence
from pyhelm.chart.given import Given, has, place_in
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.values import GLOBAL

Path = tuple[str | int, ...]

_SPECIAL = lazy_pattern(r"([.\\\[\],=])")


def places(
    chart: Chart, names: Sequence[str], paths: Sequence[Path], given: Values
) -> tuple[str, ...]:
    """Lines that name a schema and the places of the values that break it.

    `names` lead from the chart to the subchart whose schema it is, `paths` into its values, `given`
    are the user's values for the chart. Values themselves are not shown, which may be secrets.
    """
    schema = "/charts/".join((chart.name, *names)) + "/values.schema.json"
    if not paths:
        return (f"{schema} is no schema that can be used",)
    found = (_told(chart, names, path, given) for path in dict.fromkeys(paths))
    return (f"{schema} refuses:", *(f"  {each}" for each in found))


def _told(chart: Chart, names: Sequence[str], path: Path, given: Values) -> str:
    spelled = [*_spellings(names, path)]
    places = [*(_given(given, each) for each in spelled)]
    places += [_default(chart, chart.name, each) for each in spelled]
    place = next(filter(None, places), "")
    key = _key((*names, *path))
    return f"{place}: {key}" if place and key else key or "the values as a whole"


def _spellings(names: Sequence[str], path: Path) -> Iterator[Path]:
    """The keys by which a subchart's value can be set; of a global those around it win."""
    if path[:1] == (GLOBAL,):
        yield from ((*names[:count], *path) for count in range(len(names)))
    yield (*names, *path)


def _given(given: Values, path: Path) -> str:
    if not path:
        return ""
    if isinstance(given, Given):
        return given.place(path)
    return "the values given" if has(given, path) else ""


def _default(chart: Chart, where: str, path: Path) -> str:
    """The line in the chart's values.yaml, or in that of the subchart which the path leads into."""
    data = next((file.data for file in chart.raw if file.name == "values.yaml"), b"")
    found = place_in(f"{where}/values.yaml", data, path)
    if found:
        return found
    for child in chart.dependencies:
        if path[:1] == (child.name,) and path[1:]:
            return _default(child, f"{where}/charts/{child.name}", path[1:])
    return ""


def _key(path: Path) -> str:
    """A path as `--set` has it."""
    steps = (
        f"[{step}]" if isinstance(step, int) else "." + _SPECIAL.sub(r"\\\1", step) for step in path
    )
    return "".join(steps).removeprefix(".")
