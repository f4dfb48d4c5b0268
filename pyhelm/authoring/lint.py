"""`lint`: what is wrong with a chart, or could be better, by Helm's rules and in its words."""

from __future__ import annotations

from pyhelm import _yaml
from pyhelm._dataclass import dataclass, field
from pyhelm._typing import TYPE_CHECKING, Any, Iterator
from pyhelm.authoring import definition, ground, structs
from pyhelm.authoring import objects as rules
from pyhelm.authoring.made import Made
from pyhelm.authoring.message import LintMessage, Severity, error, information, warning
from pyhelm.authoring.stream import StreamError, decoded, objects, text_of
from pyhelm.chart.model import Chart, Values
from pyhelm.chart.values import coalesce, merge_tables
from pyhelm.engine.functions.quoting import quote
from pyhelm.engine.origins import Origins
from pyhelm.errors import ChartError, PyHelmError, RenderError, SchemaError, ValuesError, YAMLError
from pyhelm.release.manifest import split
from pyhelm.release.model import Manifest
from pyhelm.settings import Budget

if TYPE_CHECKING:
    from pathlib import Path

    from pyhelm.authoring.ground import Ground
    from pyhelm.chart.schema import FetchSchema

EXTENSIONS = (".yaml", ".yml", ".tpl", ".txt", ".jinja", ".j2")
"""Endings that files in templates/ may have; the last two are PyHelm's."""


LONGEST_LINE = 64 * 1024
"""What Go's scanner of lines takes, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOptions:
    """`pyhelm lint`; with `strict` warnings fail the chart, too."""

    strict: bool = False
    kube_version: str = ""
    skip_schema_validation: bool = False
    namespace: str = ""
    budget: Budget | None = None
    """What the render may use up; None is what the client's settings say."""
    fetch_schema: FetchSchema | None = None
    """From an https address that a schema refers to, to its bytes; None is as the settings say."""


@dataclass(frozen=True, slots=True)
class LintResult:
    """What was found in one chart."""

    path: str
    messages: tuple[LintMessage, ...] = field(default=())
    strict: bool = False

    @property
    def failed(self) -> bool:
        """Whether there are errors, or with `strict` warnings."""
        limit = Severity.WARNING if self.strict else Severity.ERROR
        return any(message.severity >= limit for message in self.messages)

    @property
    def has_warnings(self) -> bool:
        """Whether there is more than information."""
        return any(message.severity > Severity.INFO for message in self.messages)


def lint(path: str | Path, values: Values, options: LintOptions) -> LintResult:
    """Check the chart in a directory or archive with these values over its own.

    Raises ChartError for a kube_version that is none.
    """
    from pyhelm.actions.prepare import default_capabilities

    default_capabilities(options.kube_version)
    messages = tuple(_lint(str(path), values, options))
    return LintResult(str(path), messages, options.strict)


def _lint(path: str, values: Values, options: LintOptions) -> Iterator[LintMessage]:
    try:
        chart_ground = ground.find(path)
    except PyHelmError as exc:
        yield error("", f"Error {exc}")
        return
    yield from definition.check_file(chart_ground)
    yield from _values_yaml(chart_ground, values, options)
    chart, fault = _load(chart_ground)
    yield from _templates_directory(chart_ground, chart or fault, values, options)
    if chart is None:
        yield error("", f"unable to load chart\n\t{fault}")
    else:
        yield from _dependencies(chart, chart_ground.path)
        yield from _ignored_nulls(chart)
    yield from _crds_directory(chart_ground, chart or fault)


def _load(chart_ground: Ground) -> tuple[Chart | None, str]:
    """The chart, or why there is none: what can be said without it is said all the same."""
    try:
        return ground.chart_of(chart_ground), ""
    except PyHelmError as exc:
        return None, str(exc)


def _values_yaml(
    chart_ground: Ground, values: Values, options: LintOptions
) -> Iterator[LintMessage]:
    name = "values.yaml"
    if not chart_ground.exists(name):
        yield information(name, "file does not exist")
        return
    try:
        own = decoded(chart_ground.read(name), structs.OWN_VALUES) or {}
    except (ChartError, StreamError) as exc:
        yield error(name, f"unable to parse YAML: {exc}")
        return
    merged = merge_tables(_yaml.copied(values), own, merge=False)
    fault = _schema_fault(chart_ground, merged, options)
    if fault:
        yield error(name, fault)


def _schema_fault(chart_ground: Ground, values: Values, options: LintOptions) -> str:
    """What the chart's schema has against its own values; Helm: not the subcharts'."""
    name = "values.schema.json"
    is_file = chart_ground.exists(name) and not chart_ground.is_directory(name)
    schema = chart_ground.read(name) if is_file else b""
    if not schema or options.skip_schema_validation:
        return ""
    from pyhelm.chart.schema import Faults

    return Faults.of(schema, values, options.fetch_schema).text


def _templates_directory(
    chart_ground: Ground, chart: Chart | str, values: Values, options: LintOptions
) -> Iterator[LintMessage]:
    name = "templates/"
    if not chart_ground.exists("templates"):
        yield warning(name, "directory does not exist")
    elif not chart_ground.is_directory("templates"):
        yield error(name, "not a directory")
    elif isinstance(chart, str):
        yield error(name, chart)
    else:
        yield from _templates(chart, values, options)


def _templates(chart: Chart, values: Values, options: LintOptions) -> Iterator[LintMessage]:
    try:
        rendered, origins = _render(chart, values, options)
    except SchemaError as exc:
        yield error("templates/", "\n".join((str(exc), *exc.explanation)))
        return
    except ValuesError:
        # Helm: of values that can't be merged nothing is said, and nothing is rendered.
        return
    except PyHelmError as exc:
        yield error("templates/", str(exc))
        return
    made = Made(origins, options.namespace or "default")
    for file in chart.templates:
        ending = _ending(file.name)
        if ending not in EXTENSIONS:
            yield error(
                file.name,
                f"file extension '{ending}' not valid. "
                "Valid extensions are .yaml, .yml, .tpl, or .txt",
            )
        text = rendered.get(f"{chart.name}/{file.name}", "")
        if ending.lower() in (".yaml", ".yml") and text.strip():
            try:
                yield from _template(chart, file.name, text, options, made)
            except StreamError as exc:
                # Helm: nothing is said of the templates after this one.
                yield error(file.name, f"unable to parse YAML: {exc}")
                return


def _ending(name: str) -> str:
    """What follows the last dot of a file's name; to Go that is all of `.hidden`."""
    base = name.rpartition("/")[2]
    return base[base.rindex(".") :] if "." in base else ""


def _render(chart: Chart, values: Values, options: LintOptions) -> tuple[dict[str, str], Origins]:
    from pyhelm.actions.prepare import default_capabilities
    from pyhelm.engine import render
    from pyhelm.engine.context import ReleaseInfo, RenderContext

    processed, everything = _merged(chart, values, options)
    context = RenderContext(
        chart=processed,
        values=everything,
        # Helm: what lint renders is neither an install nor an upgrade, and no revision.
        release=ReleaseInfo(
            *("test-release", options.namespace or "default"), revision=0, is_install=False
        ),
        capabilities=default_capabilities(options.kube_version),
        lint=True,
        budget=options.budget or Budget(),
    )
    return render(context), Origins(processed, context)


def _merged(chart: Chart, values: Values, options: LintOptions) -> tuple[Chart, Values]:
    """The chart and all its values; Helm merges twice here, and a key that null took comes back."""
    from pyhelm.chart import conditions, schema

    processed = conditions.process(chart, values)
    everything = coalesce(processed, coalesce(processed, values))
    if not options.skip_schema_validation:
        schema.check(processed, everything, fetch=options.fetch_schema, given=values)
    return processed, everything


def _template(
    chart: Chart, name: str, text: str, options: LintOptions, made: Made
) -> Iterator[LintMessage]:
    path = f"{chart.name}/{name}"
    is_jinja = made.origins.is_jinja(path)
    if is_jinja:
        try:
            yield from (error(name, fault) for fault in made.faults(path, text))
        except RenderError as exc:
            yield error(name, str(exc))
            return
    indent = _indent_fault(text)
    if indent:
        yield warning(name, indent)
    for obj in objects(text, structs.OBJECT):
        yield from _object(name, obj, text, options)
        if not is_jinja:
            yield from _unfit(path, name, obj, text, made.origins)


def _unfit(
    path: str, name: str, obj: dict[str, Any], text: str, origins: Origins
) -> Iterator[LintMessage]:
    """What no server would take, which Helm's lint doesn't know."""
    from pyhelm.actions.fitting import faults, place_of, told

    for item, fault in faults(obj):
        made = Manifest(path, _document_of(obj, text), obj)
        place = place_of(fault.path, made, item, origins)
        yield warning(name, told(item, fault) + (f" ({place})" if place else ""))


def _document_of(obj: dict[str, Any], text: str) -> str:
    """The part of a text that an object was read from; empty where that can't be told."""
    parts = split(text)
    return next((part for part in parts if len(parts) == 1 or _says(part, obj)), "")


def _says(part: str, obj: dict[str, Any]) -> bool:
    try:
        return bool(_yaml.load(f"{part}\n") == obj)
    except YAMLError:
        return False


def _indent_fault(text: str) -> str:
    """What is wrong with a text's first line that is not blank; Go gives up on a very long one."""
    line = next(each for each in text.split("\n") if each.strip() or _is_too_long(each))
    if _is_too_long(line):
        return "bufio.Scanner: token too long"
    shown = quote(line.removesuffix("\r"))
    problem = f"illegal indent: {shown}, which may cause parsing problems"
    return f"document starts with an {problem}" if line[0] in " \t" else ""


def _is_too_long(line: str) -> bool:
    return len(line.encode("utf-8", "surrogateescape")) >= LONGEST_LINE


def _object(
    name: str, obj: dict[str, Any], text: str, options: LintOptions
) -> Iterator[LintMessage]:
    for problem in (rules.name_fault(obj), rules.deprecation(obj, options.kube_version)):
        if problem:
            yield warning(name, problem)
    for problem in (rules.selector_fault(obj, text), rules.list_fault(obj, text)):
        if problem:
            yield error(name, problem)


def _dependencies(chart: Chart, path: str) -> Iterator[LintMessage]:
    wanted = [each.name for each in chart.metadata.dependencies]
    there = [child.name for child in chart.dependencies]
    loose = [name for name in there if name not in wanted]
    if loose:
        text = f"chart metadata is missing these dependencies: {','.join(loose)}"
        yield error(path, text)
    missing = [name for name in wanted if name not in there]
    if missing:
        text = f"chart directory is missing these dependencies: {','.join(missing)}"
        yield warning(path, text)


def _ignored_nulls(chart: Chart) -> Iterator[LintMessage]:
    """Ours alone: Helm ignores these nulls without a word."""
    from pyhelm.authoring import nulls

    for path in nulls.ignored(chart):
        text = f"{path}: null takes nothing from the subchart, whose own value stays; "
        text += f"only the values of a release can: -f, or --set {path}=null"
        yield warning("values.yaml", text)


def _crds_directory(chart_ground: Ground, chart: Chart | str) -> Iterator[LintMessage]:
    if not chart_ground.exists("crds"):
        return
    if not chart_ground.is_directory("crds"):
        yield error("crds/", "not a directory")
    elif isinstance(chart, str):
        yield error("crds/", chart)
    else:
        yield from _crds(chart)


def _crds(chart: Chart) -> Iterator[LintMessage]:
    for file in chart.crds:
        try:
            text = text_of(file.data)
            for obj in objects(text, structs.OBJECT):
                yield from _crd(file.name, obj)
        except StreamError as exc:
            yield error(file.name, f"unable to parse YAML: {exc}")
            return


def _crd(name: str, obj: dict[str, Any]) -> Iterator[LintMessage]:
    if not rules.field_text(obj, "apiVersion").startswith("apiextensions.k8s.io"):
        yield error(name, "apiVersion is not in 'apiextensions.k8s.io'")
    if rules.field_text(obj, "kind") != "CustomResourceDefinition":
        yield error(name, "object kind is not 'CustomResourceDefinition'")
