"""Values: what the user gave, merged over what the chart and its subcharts default to.

The rules are Helm 4.3's, odd ones included: a null given by the user deletes a key, a null in the
chart's own values.yaml is as if the key were not there, `global` reaches every scope. In a Jinja
chart null is a value: the key is there, so that nothing which someone cleared becomes a typo.
"""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._lazy import logger_of
from pyhelm._typing import TYPE_CHECKING, Any, Callable
from pyhelm.chart.load import load_values, merge_maps
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.sources import ValueSources, shown
from pyhelm.errors import ChartError, ValuesError, YAMLError

if TYPE_CHECKING:
    from pyhelm.chart.schema import FetchSchema

logger = logger_of(__name__)

GLOBAL = "global"


def merge_sources(sources: ValueSources, read: Callable[[str], bytes]) -> Values:
    """What `-f` and the `--set` flags say, in Helm's order; `read` gives a file's bytes.

    Raises ValuesError naming the file or the flag.
    """
    values: Values = {}
    for path in sources.files:
        logger.debug("values", flag="--values", source=shown(path))
        values = merge_maps(values, _file(path, read))
    return _flags(sources, values, read) if sources != ValueSources(files=sources.files) else values


def _flags(sources: ValueSources, values: Values, read: Callable[[str], bytes]) -> Values:
    from pyhelm.chart import strvals

    for name in ("set_json", "set", "set_string", "set_file", "set_literal"):
        if count := len(getattr(sources, name)):
            # What they set may be a secret.
            logger.debug("values", flag=f"--{name.replace('_', '-')}", count=count)
    for text in sources.set_json:
        values = _set_json(text, values)
    for text in sources.set:
        _flag("--set", strvals.parse_into, text, values)
    for text in sources.set_string:
        _flag("--set-string", strvals.parse_string_into, text, values)
    for text in sources.set_file:
        _set_file(text, values, read)
    for text in sources.set_literal:
        _flag("--set-literal", strvals.parse_literal_into, text, values)
    return values


def coalesce(chart: Chart, values: Values) -> Values:
    """The user's values over the chart's, for the chart and every subchart (under its name).

    A new tree; raises ValuesError when a subchart's values are no mapping.
    """
    return _coalesce(chart, _yaml.copied(values), "", merge=False)


def merge(chart: Chart, values: Values) -> Values:
    """As `coalesce`, but nulls stay: what importing values from subcharts works on."""
    return _coalesce(chart, _yaml.copied(values), "", merge=True)


def merge_tables(above: Values, below: Values, *, merge: bool = True, prefix: str = "") -> Values:
    """Fill `above` with what only `below` has, level by level, in place (Helm: MergeTables).

    Without `merge` a null in `above` deletes the key. As in Helm, mappings are handed over, not
    copied, and nulls of `above` are written to `below`: who holds a part of either sees the change.
    """
    known = {key for key, value in below.items() if value is not None}
    below.update({key: None for key, value in above.items() if value is None})
    for key, value in list(below.items()):
        name = f"{prefix}.{key}" if prefix else key
        if key not in above:
            above[key] = value
            continue
        own = above[key]
        if own is None and not merge and key in known:
            del above[key]
        elif isinstance(value, dict):
            if isinstance(own, dict):
                merge_tables(own, value, merge=merge, prefix=name)
            else:
                logger.info("warning: cannot overwrite table with non table for %s", name)
        elif isinstance(own, dict) and value is not None:
            from pyhelm._yaml.go_syntax import go_text

            note = "warning: destination for %s is a table. Ignoring non-table value (%s)"
            logger.info(note, name, go_text(value))
    return above


def render_values(
    chart: Chart,
    values: Values,
    *,
    skip_schema: bool = False,
    cache: str = "",
    fetch: FetchSchema | None = None,
) -> tuple[Chart, Values]:
    """What templates are given: the chart with its dependencies worked out, and all values.

    `cache` is a directory for what can be kept of the work, `fetch` gets what schemas refer to.

    Raises ValuesError, SchemaError or ChartError.
    """
    from pyhelm.chart import conditions, schema

    processed = conditions.process(chart, values)
    everything = coalesce(processed, values)
    if not skip_schema:
        schema.check(processed, everything, cache, fetch, given=values)
    return processed, everything


def _coalesce(chart: Chart, values: Values, prefix: str, *, merge: bool) -> Values:
    _defaults(chart, values, prefix, merge=merge)
    here = f"{prefix}.{chart.name}" if prefix else chart.name
    for child in chart.dependencies:
        own = values.setdefault(child.name, {})
        if not isinstance(own, dict):
            raise ValuesError(
                f"type mismatch on {child.name}: {here} has a subchart of that name, so its value "
                f"is a mapping, not {_kind(own)}"
            )
        _globals(own, values, here)
        values[child.name] = _coalesce(child, own, here, merge=merge)
    return values


def _kind(value: Any) -> str:
    """What a value that is no mapping is, for a message."""
    if isinstance(value, bool | None):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return "a number"
    return "a string" if isinstance(value, str) else "a list"


def _defaults(chart: Chart, values: Values, prefix: str, *, merge: bool) -> None:
    """Fill `values` with the chart's own; of a Jinja chart nulls stay on either side."""
    merge = merge or _is_jinja(chart)
    here = f"{prefix}.{chart.name}" if prefix else chart.name
    children = {child.name: child for child in chart.dependencies}
    for key, default in _yaml.copied(chart.values).items():
        if key not in values:
            keep = merge or (key in children and _is_jinja(children[key]))
            if keep or default is not None:
                values[key] = default if keep else _without_nulls(default)
            continue
        own = values[key]
        if own is None and not merge:
            del values[key]
        elif isinstance(own, dict) and isinstance(default, dict):
            keep = merge or key in children
            below = default if keep else _without_nulls(default)
            merge_tables(own, below, merge=keep, prefix=f"{here}.{key}")
        elif isinstance(own, dict) and default is not None:
            logger.info("warning: skipped value for %s.%s: Not a table.", here, key)


def _is_jinja(chart: Chart) -> bool:
    return chart.metadata.template_engine == "jinja"


def _globals(child: Values, parent: Values, prefix: str) -> None:
    """Hand a parent's globals down; where both have one, the parent's wins.

    Helm: only the first level below `global` is copied. What is deeper belongs to both charts, so
    that the child's keys and nulls show in the parent, and public charts count on it.
    """
    own, given = child.get(GLOBAL, {}), parent.get(GLOBAL, {})
    if not isinstance(own, dict) or not isinstance(given, dict):
        side = "source" if isinstance(own, dict) else "destination"
        logger.info("warning: skipping globals because %s %s is not a table.", side, GLOBAL)
        return
    for key, value in given.items():
        below = own.get(key, {})
        if isinstance(value, dict):
            if isinstance(below, dict):
                own[key] = merge_tables(dict(value), below, prefix=f"{prefix}.{key}")
            else:
                logger.info('Conflict: cannot merge map onto non-map for "%s". Skipping.', key)
        elif isinstance(below, dict) and key in own:
            logger.info("key %s is table. Skipping", key)
        else:
            own[key] = value
    child[GLOBAL] = own


def _without_nulls(value: Any) -> Any:
    """A tree without the keys whose value is null; lists stay as they are."""
    if not isinstance(value, dict):
        return value
    return {key: _without_nulls(each) for key, each in value.items() if each is not None}


def _file(path: str, read: Callable[[str], bytes]) -> Values:
    try:
        data = read(path)
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise ValuesError(f"open {path}: {reason}; check the path after -f") from exc
    try:
        return load_values(data, "standard input" if path.strip() == "-" else path)
    except (YAMLError, ChartError) as exc:
        raise ValuesError(f"failed to parse {path}: {exc}") from exc


def _set_json(text: str, values: Values) -> Values:
    from pyhelm.chart import strvals

    if not text.strip().startswith("{"):
        _flag("--set-json", strvals.parse_json_into, text, values)
        return values
    try:
        return merge_maps(values, _yaml.from_json(_yaml.whole_text(text)))
    except ValueError as exc:
        raise ValuesError(f"failed parsing --set-json data JSON: {exc}") from exc


def _set_file(text: str, values: Values, read: Callable[[str], bytes]) -> None:
    def content(path: str) -> str:
        try:
            # Templates encode it again, so that keystores and the like stay what they are.
            return read(path).decode("utf-8", "surrogateescape")
        except OSError as exc:
            raise ValuesError(f"open {path}: {(exc.strerror or str(exc)).lower()}") from exc

    from pyhelm.chart import strvals

    def parse(text: str, values: Values) -> None:
        strvals.parse_file_into(text, values, content)

    _flag("--set-file", parse, text, values)


def _flag(name: str, parse: Callable[[str, Values], None], text: str, values: Values) -> None:
    try:
        parse(text, values)
    except ValuesError as exc:
        raise ValuesError(f"failed parsing {name} data: {exc}") from exc
