"""values.schema.json: checking values against it, for the chart and every subchart.

All violations are reported, each by its path, in the words of Helm's library. Schemas come from
strangers: what they refer to is fetched over https alone, by a function that is handed in.
"""

from __future__ import annotations

from pyhelm._cache import Cache
from pyhelm._dataclass import dataclass, field
from pyhelm._digest import blake2b
from pyhelm._lazy import named
from pyhelm._typing import Any, Callable, Iterable
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.schema_view import seen
from pyhelm.errors import PyHelmError, SchemaError

FetchSchema = Callable[[str], bytes]
"""The bytes at an https address; raises PyHelmError with the reason."""

HEAD = "values don't meet the specifications of the schema(s) in the following chart(s):\n"


def nothing(url: str) -> bytes:
    """The FetchSchema that fetches nothing."""
    raise SchemaError("schemas from elsewhere are not fetched here")


def check(
    chart: Chart,
    values: Values,
    cache: str = "",
    fetch: FetchSchema | None = None,
    *,
    given: Values | None = None,
) -> None:
    """Raise one SchemaError with every violation in the chart and its subcharts.

    `cache` is a directory that knows which values fitted before, `fetch` gives what schemas refer
    to at other addresses, `given` are the user's own values, for the error to tell where they are
    from.
    """
    kept = Cache(cache)
    key = _key(kept, chart, values)
    get = fetch or nothing
    if key and _is_known(kept.get(key), get):
        return
    fetched = _check(chart, values, get, given or {})
    # Helm warns of an unknown urn each time.
    if key and not any(url.startswith("urn:") for url in fetched):
        kept.put(key, {url: _digest(data) for url, data in fetched.items()})


def _is_known(found: Any, fetch: FetchSchema) -> bool:
    """Whether a verdict holds: what the schemas refer to must be what it was."""
    try:
        return isinstance(found, dict) and all(
            _digest(fetch(url)) == digest for url, digest in found.items()
        )
    except PyHelmError:
        # The check itself says what that is about.
        return False


def _digest(data: bytes) -> bytes:
    return bytes(blake2b(data, digest_size=32).digest())


def _key(kept: Cache, chart: Chart, values: Values) -> str:
    """The name of what schemas say of these values; empty when there is nothing to know."""
    checked = list(_checked(chart, values)) if kept.directory else []
    if not checked:
        return ""
    schemas = [each.schema or b"" for each, *_ in checked]
    views = _views(kept, schemas)
    parts = [seen(view, below) for view, (_, below, _) in zip(views, checked, strict=True)]
    return kept.key(b"schema", repr(parts).encode("utf-8", "surrogatepass"), *schemas)


def _checked(
    chart: Chart, values: Values, names: tuple[str, ...] = ()
) -> Iterable[tuple[Chart, Values, tuple[str, ...]]]:
    """Each chart with a schema, the values that it is to hold for, and the names leading there."""
    if chart.schema is not None:
        yield chart, values, names
    for child in chart.dependencies:
        below = values.get(child.name)
        if isinstance(below, dict):
            yield from _checked(child, below, (*names, child.name))


def _views(kept: Cache, schemas: list[bytes]) -> list[Any]:
    """What each schema looks at."""
    name = kept.key(b"views", *schemas)
    known = kept.get(name)
    if known is None:
        known = [_view(schema) for schema in schemas]
        kept.put(name, known)
    found: list[Any] = known
    return found


def _view(schema: bytes) -> Any:
    from json import loads

    from pyhelm.chart.schema_view import view

    try:
        return view(loads(schema))
    except (ValueError, RecursionError):
        return None


def _check(chart: Chart, values: Values, fetch: FetchSchema, given: Values) -> dict[str, bytes]:
    """Check everything; returns what was fetched for it."""
    texts: list[str] = []
    violations: dict[str, tuple[str, ...]] = {}
    places: list[str] = []
    fetched: dict[str, bytes] = {}
    for each, part, names in _checked(chart, values):
        faults = Faults.of(each.schema or b"", part, fetch)
        fetched.update(faults.fetched)
        if faults:
            texts.append(f"{each.name}:\n{faults.text}")
            violations[each.name] = faults.lines or (faults.reason,)
            places += named("pyhelm.chart.refused:places")(chart, names, faults.paths, given)
    if texts:
        # Helm: a reason is glued to the name of the next chart, which nobody can want.
        *others, last = texts
        lines = "".join(text.removesuffix("\n") + "\n" for text in others)
        is_jinja = chart.metadata.template_engine == "jinja"
        raise SchemaError(f"{HEAD}{lines}{last}", violations, tuple(places), is_jinja=is_jinja)
    return fetched


@dataclass(frozen=True, slots=True)
class Faults:
    """What one schema finds wrong with values: lines, or the reason why it can't be used.

    `paths` are the places of the values that the lines are about.
    """

    lines: tuple[str, ...] = ()
    reason: str = ""
    paths: tuple[tuple[str | int, ...], ...] = ()
    fetched: dict[str, bytes] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.lines or self.reason)

    @property
    def text(self) -> str:
        """As Helm prints it: violations end in a blank line, a reason does not."""
        return "".join(f"{line}\n" for line in self.lines) or self.reason

    @classmethod
    def of(cls, schema: bytes, values: Values, fetch: FetchSchema | None = None) -> Faults:
        """Hold values against a schema; raises nothing."""
        from pyhelm.chart.schema_documents import BadSchema, Documents
        from pyhelm.chart.violations import lines, paths, violations

        documents = Documents(fetch or nothing)
        try:
            place = documents.own(schema)
            found = violations(place, values, documents)
        except BadSchema as exc:
            return cls(reason=str(exc), fetched=documents.fetched)
        except RecursionError:
            return cls(reason="the schema or the values are nested too deeply")
        return cls(tuple(lines(found)), "", tuple(paths(found)), documents.fetched)
