"""Makes `docs/functions.md`: every function, filter and test that templates in Jinja can use.

What they do and the examples are in functions.txt beside this file; the kinds of parameters come
from the engine, and so do the examples' results.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyhelm.actions.prepare import default_capabilities
from pyhelm.chart.model import Chart, File, Metadata
from pyhelm.engine import functions, render
from pyhelm.engine.context import ReleaseInfo, RenderContext
from pyhelm.engine.jinja.arguments import _parameters as kinds_of
from pyhelm.engine.jinja.filters import REMOVED

HERE = Path(__file__).parent
TARGET = HERE.parent / "docs" / "functions.md"
HEAD = """\
# Functions, filters and tests

What templates in Jinja can call; [jinja.md](jinja.md) says how to write them. This page is made by
`make functions`, and each example's result is what the engine gives.

**Helm's and Sprig's functions** are called with their arguments, `trunc(3, "abcdef")`, or as a
filter, which hands on the value as the last argument: `"abcdef" | trunc(3)`. Where Jinja has a
filter of the same name, the filter is Jinja's, and the call is Helm's. Of good arguments a name
with `must` in front gives the same as without. Where a function makes text for YAML, JSON or
quotes, its result is shown as the text that it is.

Go's own are operators in Jinja: `and`, `or`, `not`, `==`, `!=`, `<`, `<=`, `>`, `>=`;
`index .a "b"` is `a["b"]`, and `call` is not needed. What reaches into Python or makes HTML is
not available: the filters {refused}.
"""
_ENTRY = re.compile(
    r"(?P<names>[\w. ]+?)(?:\((?P<parameters>.*?)\))?  (?P<does>\S.*)\n    (?P<code>.*)"
)
_KINDS = {
    "string": "text",
    "int": "integer",
    "uint32": "integer",
    "number": "number",
    "list": "list",
    "[]any": "list",
    "map[string]any": "mapping",
    "bool": "boolean",
}
_COLUMNS = "| name | what it gives | example | result |\n|---|---|---|---|\n"
_HELPERS = "{% macro fullname() %}{{ Release.Name }}-web{% endmacro %}\n"


@dataclass(frozen=True)
class Entry:
    """Names that do the same: their parameters, what they do, and an example."""

    group: str
    names: tuple[str, ...]
    parameters: tuple[str, ...] | None
    does: str
    example: str

    @property
    def is_helms(self) -> bool:
        return self.names[0] in functions.NAMES and not self.group.startswith("Jinja")


def entries() -> Iterator[Entry]:
    """All that functions.txt has, in its order."""
    text = (HERE / "functions.txt").read_text(encoding="utf-8")
    for part in text.split("\n== ")[1:]:
        group, _, rest = part.partition("\n")
        for found in _ENTRY.finditer(rest):
            listed = found["parameters"]
            names = tuple(found["names"].split())
            given = None if listed is None else tuple(filter(None, listed.split(", ")))
            yield Entry(group, names, given, found["does"], found["code"])


def signature(entry: Entry, name: str) -> str:
    """A name with its parameters and, of Helm's functions, their kinds."""
    if entry.parameters is None:
        return name
    if not entry.is_helms:
        return f"{name}({', '.join(entry.parameters)})"
    fixed, more = kinds_of(name)
    kinds = [*fixed, *([more] if more else [])]
    pairs = zip(entry.parameters, kinds, strict=True)
    return f"{name}({', '.join(map(_parameter, pairs))})"


def _parameter(pair: tuple[str, str]) -> str:
    name, kind = pair
    known = _KINDS.get(kind, "")
    return f"{name}: {known}" if known and known != name.strip(".") else name


def result(expression: str) -> str:
    """What an expression gives, as JSON."""
    templates = {"t.txt": f"{{{{ {{'it': {expression}}} | toRawJson }}}}", "_h.jinja": _HELPERS}
    chart = Chart(
        Metadata(name="web", version="1.0.0", engine="jinja", api_version="v2"),
        templates=tuple(File(f"templates/{k}", v.encode()) for k, v in templates.items()),
        files=(File("config/app.ini", b"port = 80\nname = web\n"),),
    )
    context = RenderContext(chart, {}, ReleaseInfo("shop", "default"), default_capabilities())
    made = json.loads(render(context)["web/templates/t.txt"])
    return json.dumps(made["it"], ensure_ascii=False)


def page() -> str:
    """The page."""
    lines = [HEAD.format(refused=", ".join(f"`{name}`" for name in sorted(REMOVED)))]
    group = ""
    for entry in entries():
        if entry.group != group:
            group = entry.group
            lines.append(f"\n## {group}\n\n{_COLUMNS}")
        names = "<br>".join(_code(signature(entry, name)) for name in entry.names)
        shown = f"{_code(entry.example)} | {_code(result(entry.example))}"
        lines.append(f"| {names} | {_cell(entry.does)} | {shown} |\n")
    return "".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def main() -> None:
    """Write the page."""
    TARGET.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
