"""Which subcharts take part, under which names, and what of their values the parent imports.

Helm's ProcessDependencies: tags and conditions switch subcharts, `alias` renames (and may take one
chart several times), `import-values` copies values up.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import replace
from pyhelm._lazy import logger_of
from pyhelm._typing import Any, Mapping
from pyhelm.chart import values as chart_values
from pyhelm.chart.model import Chart, Dependency, Values
from pyhelm.chart.versions import fits
from pyhelm.errors import ValuesError

logger = logger_of(__name__)


def process(chart: Chart, values: Values) -> Chart:
    """The chart with its dependencies worked out for these values; raises ValuesError."""
    return _import_values(_enable(chart, values, ""))


def _enable(chart: Chart, values: Values, path: str) -> Chart:
    if not chart.metadata.dependencies:
        return chart
    named = _with_aliases(chart)
    everything = chart_values.coalesce(named, values)
    tagged = [_by_tags(each, everything) for each in named.metadata.dependencies]
    wanted = tuple(_by_conditions(each, everything, path) for each in tagged)
    off = {each.name for each in wanted if not each.enabled}
    kept = (child for child in named.dependencies if child.name not in off)
    metadata = replace(
        named.metadata, dependencies=tuple(each for each in wanted if each.name not in off)
    )
    children = tuple(_enable(child, everything, f"{path}{child.name}.") for child in kept)
    return replace(named, metadata=metadata, dependencies=children)


def _with_aliases(chart: Chart) -> Chart:
    """Subcharts as the dependencies name them; those that none names stay as they are."""
    wanted = chart.metadata.dependencies
    loose = [c for c in chart.dependencies if not any(_is_it(c, each) for each in wanted)]
    found = [child for each in wanted if (child := _pick(chart, each)) is not None]
    renamed = tuple(replace(each, name=each.alias or each.name) for each in wanted)
    metadata = replace(chart.metadata, dependencies=renamed)
    return replace(chart, metadata=metadata, dependencies=(*loose, *found))


def _is_it(child: Chart, wanted: Dependency) -> bool:
    return child.name == wanted.name and fits(wanted.version, child.metadata.version)


def _pick(chart: Chart, wanted: Dependency) -> Chart | None:
    child = next((each for each in chart.dependencies if _is_it(each, wanted)), None)
    if child is None or not wanted.alias:
        return child
    return replace(child, metadata=replace(child.metadata, name=wanted.alias))


def _by_conditions(wanted: Dependency, values: Values, path: str) -> Dependency:
    """As its tags have it, unless a condition is there."""
    for condition in wanted.condition.strip().split(","):
        found = _at(values, f"{path}{condition}", {}) if condition else {}
        if isinstance(found, bool):
            return replace(wanted, enabled=found)
        if not isinstance(found, dict):
            logger.warning("returned non-bool value", path=condition, chart=wanted.name)
    return wanted


def _by_tags(wanted: Dependency, values: Values) -> Dependency:
    """On, unless one of its tags says off and none says on."""
    tags = values.get("tags")
    if not isinstance(tags, dict):
        return replace(wanted, enabled=True)
    said = []
    for tag in wanted.tags:
        if isinstance(tags.get(tag), bool):
            said.append(tags[tag])
        elif tag in tags:
            logger.warning("returned non-bool value", tag=tag, chart=wanted.name)
    return replace(wanted, enabled=any(said) or not said)


def _at(values: Mapping[str, Any], path: str, missing: Any = None) -> Any:
    """The value at a dotted path; `missing` if there is none."""
    found: Any = values
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return missing
        found = found[name]
    return found


def _no_table(values: Mapping[str, Any], path: str) -> str:
    """The first name on a dotted path under which there is no table."""
    names = path.split(".")
    tables = (_at(values, ".".join(names[: at + 1])) for at in range(len(names)))
    return next(
        name for name, table in zip(names, tables, strict=True) if not isinstance(table, dict)
    )


def _import_values(chart: Chart) -> Chart:
    """Copy what `import-values` names from the subcharts' values up, from the leaves on."""
    children = tuple(_import_values(child) for child in chart.dependencies)
    chart = replace(chart, dependencies=children)
    if not chart.metadata.dependencies:
        return chart
    try:
        return replace(chart, values=_with_imports(chart))
    except RecursionError as exc:
        # A table that is imported into itself; helm dies of it.
        raise ValuesError(f"import-values of {chart.name} put a table into itself") from exc


def _with_imports(chart: Chart) -> Values:
    """The chart's values and its subcharts', and below them what it imports.

    Helm: imports of one table are that very table, so that what is merged into one of them shows
    in the others and in the subchart that it is from.
    """
    everything = chart_values.merge(chart, {})
    imported: Values = {}
    for wanted in chart.metadata.dependencies:
        for each in wanted.import_values:
            chart_values.merge_tables(imported, _imported(wanted, each, everything))
    own: Values = _yaml.copied(everything)
    return chart_values.merge_tables(own, imported)


def _imported(wanted: Dependency, each: Any, values: Values) -> Values:
    """What one entry brings: `exports.NAME`, or a child's table under a name of the parent."""
    if isinstance(each, dict):
        child, parent = str(each.get("child")), str(each.get("parent"))
    else:
        child, parent = f"exports.{each}", "."
    table = _at(values, f"{wanted.name}.{child}")
    if not isinstance(table, dict):
        error = f'"{_no_table(values, f"{wanted.name}.{child}")}" is not a table'
        if isinstance(each, dict):
            logger.warning("ImportValues missing table from chart", chart=wanted.name, error=error)
        else:
            logger.warning("ImportValues missing table", error=error)
        return {}
    # Helm: an empty table is a new one each time.
    found: Values = table or {}
    for name in reversed(parent.split(".") if parent != "." else ()):
        found = {name: found}
    return found
