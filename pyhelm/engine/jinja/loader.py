"""Finding templates by the names that `import`, `include` and `extends` use, in the chart alone.

A name is looked for beside the template's own chart's files, then as `chart/_file` among its
subcharts; the ending (`.jinja`, `.yaml`, …) may be left out.
"""

from __future__ import annotations

from jinja2 import BaseLoader, Environment, Template, TemplateNotFound, TemplateSyntaxError

from pyhelm._lazy import lazy_pattern
from pyhelm._shelf import Shelf
from pyhelm._suggestion import suggestion
from pyhelm._typing import TYPE_CHECKING, Callable, Iterator, MutableMapping
from pyhelm.chart.model import Chart
from pyhelm.engine.jinja.arguments import need

if TYPE_CHECKING:
    from pyhelm.engine.jinja.output import Rewritten


class Unended(TemplateSyntaxError):
    """A comment or raw text that goes on to the template's end, and where it starts."""

    def __init__(self, message: str, name: str, place: tuple[int, int]) -> None:
        super().__init__(message, place[0], name)
        self.place = place


ENDINGS = ("", ".jinja", ".yaml", ".yml", ".tpl", ".j2", ".txt")

TEMPLATE_ENDINGS = (".jinja", ".jinja2", ".j2", ".tpl")
"""Endings that say that a file is a template, not of what."""

_MACRO = lazy_pattern(r"\{%[-+]?\s*macro\s+(\w+)\s*\(")


class ChartLoader(BaseLoader):
    """The templates of one chart and its subcharts.

    `kept` knows the code of earlier runs; what it lacks is rewritten for its places and compiled.
    """

    def __init__(self, chart: Chart, path: str, kept: Shelf) -> None:
        self.sources: dict[str, str] = {}
        self.kept = kept
        self._rewritten: dict[str, Rewritten] = {}
        self.prefix = f"{path}/templates/"
        self._names: dict[str, str] = {}
        for where, each in chart.walk():
            full = path + where.removeprefix(chart.name)
            for file in each.templates:
                self._add(each.name, f"{full}/{file.name}", file.name, file.text)

    def _add(self, chart: str, full: str, name: str, text: str) -> None:
        self.sources[full] = text.removeprefix("\ufeff").replace("\r\n", "\n")
        short = name.removeprefix("templates/")
        if full.startswith(self.prefix):
            self._names.setdefault(short, full)
        self._names.setdefault(f"{chart}/{short}", full)

    def resolve(self, name: str) -> str:
        """The full path of a template by any of its names; raises TemplateNotFound."""
        need("a template's name", "string", name)
        if name in self.sources:
            return name
        for ending in ENDINGS:
            found = self._names.get(name + ending)
            if found is not None:
                return found
        raise TemplateNotFound(name, f"{name}: no such template in this chart{self._meant(name)}")

    def _meant(self, name: str) -> str:
        """The end of an error for such a name: what can be imported, of the chart's own first."""
        below = name.removeprefix("templates/")
        if below in self._names:
            return f'; names begin below templates/: write "{below}"'
        partials = [each for each, full in self._names.items() if is_partial(full)]
        own = [each for each in partials if self._names[each].startswith(self.prefix)]
        alike = [each for each in own if each.partition(".")[0] == name.partition(".")[0]]
        if alike:
            return f"; did you mean '{alike[0]}'?"
        return suggestion(name, own) or suggestion(name, partials)

    def short(self, full: str) -> str:
        """The name by which a template is imported."""
        return next((name for name, path in self._names.items() if path == full), full)

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, object] | None = None,
    ) -> Template:
        """A template by any of its names; raises TemplateNotFound or TemplateSyntaxError."""
        full = self.resolve(name)
        about = f"{full}\0{self.sources[full]}"
        code = self.kept.get(about)
        if code is None:
            # By its full name: places are looked up, and told, by that.
            code = environment.compile(self.rewritten(full).source, full, full)
            self.kept.put(about, code)
        known = {} if globals is None else globals
        return environment.template_class.from_code(environment, code, known)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Jinja's question for a template's source."""
        full = self.resolve(template)
        return self.rewritten(full).source, full, lambda: True

    def rewritten(self, full: str) -> Rewritten:
        """A template's source for Jinja, by its full path."""
        if full not in self._rewritten:
            # Imported on use: what is compiled already needs no rewriting.
            from pyhelm.engine.jinja.places import rewrite

            check_ends(full, self.sources[full])
            self._rewritten[full] = rewrite(self.sources[full], is_yaml=is_yaml(full))
        return self._rewritten[full]

    def macros(self) -> Iterator[tuple[str, str]]:
        """Macro names of the partials and where each is: the chart's own come before subcharts'."""
        own = sorted(self.sources, key=lambda name: (not name.startswith(self.prefix), name))
        for full in own:
            if is_partial(full):
                for match in _MACRO.finditer(self.sources[full]):
                    yield match[1], full


def check_ends(name: str, source: str) -> None:
    """Raise Unended for a comment or raw text without an end, which Jinja doesn't see.

    And for U+0000, which no YAML holds: it marks what is left out.
    """
    at = source.find("\0")
    if at >= 0:
        line, column = source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
        raise Unended("the character U+0000 can't stand in a template", name, (line, column))
    if "{#" in source or "raw" in source:
        from pyhelm.engine.jinja.syntax import unended

        found = unended(source)
        if found is not None:
            line, column, message = found
            raise Unended(message, name, (line, column))


def is_partial(path: str) -> bool:
    """Whether a file is a partial, which never becomes a manifest."""
    return path.rpartition("/")[2].startswith("_")


def is_yaml(path: str) -> bool:
    """Whether a template's expressions are written as YAML.

    So they are in `a.yaml`, `_helpers.jinja`, `_labels` and `a.yaml.j2`; `NOTES.txt`, `_nginx.conf`
    and the like are text.
    """
    name = path.rpartition("/")[2]
    for ending in TEMPLATE_ENDINGS:
        name = name.removesuffix(ending)
    return "." not in name or name.endswith((".yaml", ".yml", ".json"))


def source_line(text: str, line: int) -> str:
    """One line of a source, counted from 1; empty beyond its end."""
    lines = text.split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else ""
