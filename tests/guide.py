"""Reads the guide to Jinja charts: the charts that its sections write, and what they give.

A section (`## …`) writes one chart. A block below a line with a file's name (`` `values.yaml`: ``)
is that file; one in Jinja without a name is a template for itself. What follows a template, in YAML
or text, is what it gives, or the error that it is; a console shows commands and what they print.
In tables a template stands beside what it gives, its like in Go, or its error and its remedy.

    python -m tests.guide

writes what blocks give into the page anew; read the difference before committing it.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyhelm.actions.prepare import default_capabilities
from pyhelm.chart.load import load
from pyhelm.chart.values import render_values
from pyhelm.engine import render
from pyhelm.engine.context import ReleaseInfo, RenderContext
from pyhelm.errors import RenderError
from tests.commands import homes, run_here

PAGE = Path(__file__).parents[1] / "docs" / "jinja.md"
LONE = "templates/t.yaml"
"""What a template without a name is called."""

METADATA = "apiVersion: v2\nname: web\nversion: 1.0.0\nengine: {}\n"
_PIECE = re.compile(
    r"^## (?P<title>[^\n]*)\n|(?:^`(?P<name>[^`\n]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<code>.*?)^```$"
    r"|(?P<table>(?:^\|[^\n]*\n)+)",
    re.MULTILINE | re.DOTALL,
)
_CODE = re.compile(r"(`+) ?(.+?) ?\1(?!`)")
_TEMPLATE = re.compile(r"templates/.*(?:\.ya?ml|NOTES\.txt)\Z")


@dataclass
class Example:
    """A template or commands, and what they give; where that stands in the page."""

    section: str
    kind: str
    files: dict[str, str]
    given: str
    wanted: str
    span: tuple[int, int]
    extra: str = ""

    @property
    def label(self) -> str:
        return f"{self.section}: {self.given.strip()[:60]}"


@dataclass
class _Section:
    """What a section has written so far."""

    title: str = ""
    files: dict[str, str] = field(default_factory=dict)
    last: str = ""


def examples(page: Path = PAGE) -> Iterator[Example]:
    """All examples of a page, each with the files that its section had written before."""
    section = _Section()
    text = page.read_text(encoding="utf-8")
    for piece in _PIECE.finditer(text):
        if piece["title"]:
            section = _Section(piece["title"])
        elif piece["table"]:
            yield from _rows(section, piece["table"])
        elif piece["name"]:
            section.files.pop(LONE, None)
            section.files[piece["name"]] = piece["code"]
            section.last = piece["name"] if _TEMPLATE.match(piece["name"]) else section.last
            yield Example(section.title, "file", dict(section.files), piece["name"], "", (0, 0))
        elif piece["kind"] == "jinja":
            section.files[LONE], section.last = piece["code"], LONE
        elif piece["kind"] == "console":
            section.files.pop(LONE, None)
            yield _example(section, "console", piece["code"], piece)
        elif section.last:
            kind = "error" if piece["code"].startswith("Error: ") else "result"
            yield _example(section, kind, section.last, piece)


def _example(section: _Section, kind: str, given: str, piece: re.Match[str]) -> Example:
    span = piece.span("code")
    return Example(section.title, kind, dict(section.files), given, piece["code"], span)


_TABLES = {
    ("template", "written"): "row",
    ("Go", "Jinja"): "go",
    ("you wrote", "you are told", "write"): "mistake",
}


def _rows(section: _Section, table: str) -> Iterator[Example]:
    head, _, *rows = (_cells(line) for line in table.splitlines())
    kind = _TABLES.get(tuple(head))
    for row in rows if kind else ():
        codes = [_code(cell) for cell in row]
        files = {**section.files, LONE: codes[0]}
        yield Example(section.title, kind or "", files, codes[0], codes[1], (0, 0), codes[-1])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]


def _code(cell: str) -> str:
    """What a cell's code is: a line for each piece."""
    pieces = [found[2] for found in _CODE.finditer(cell.replace(r"\|", "|"))]
    return "".join(f"{piece}\n" for piece in pieces)


def write(directory: Path, files: Mapping[str, str], engine: str = "jinja") -> Path:
    """The chart `web` with those files; Go templates have helpers of their own."""
    other = ".jinja" if engine == "gotpl" else ".tpl"
    for name, text in {"Chart.yaml": METADATA.format(engine), **files}.items():
        path = directory / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith(other):
            path.write_text(text, encoding="utf-8", newline="\n")
    return directory / "web"


def rendered(directory: Path, files: Mapping[str, str], name: str, engine: str = "jinja") -> str:
    """What a file of a chart gives, as release `shop` in the namespace `default`."""
    chart, values = render_values(load(write(directory, files, engine)), {})
    release = ReleaseInfo("shop", "default")
    context = RenderContext(chart, values, release, default_capabilities())
    return render(context)[f"web/{name}"]


def failed(directory: Path, files: Mapping[str, str], name: str) -> str:
    """The error that a file of a chart is; empty if it is none."""
    try:
        rendered(directory, files, name)
    except RenderError as exc:
        return f"Error: {exc}\n"
    return ""


def printed(directory: Path, each: Example) -> str:
    """The commands of a console, each with what it prints, on a cluster of its own."""
    from pyhelm.client import Client
    from pyhelm.kube.client import KubeClient
    from pyhelm.testing.transport import SimulatorTransport

    write(directory, each.files)
    lines = [line for line in each.given.splitlines() if line.startswith("$ pyhelm ")]
    env = {"HOME": str(directory), **homes(directory)}
    shown = ""
    with (
        contextlib.chdir(directory),
        KubeClient(SimulatorTransport(), namespace="default") as cluster,
    ):
        for line in lines:
            words = line.removeprefix("$ pyhelm ").split()
            run = run_here(words, env, connect=lambda given, _: Client(given, cluster=cluster))
            shown += f"{line}\n{run.out}{run.err}"
    return shown


def given(directory: Path, each: Example) -> str:
    """What a block gives now."""
    if each.kind == "console":
        return printed(directory, each)
    return (failed if each.kind == "error" else rendered)(directory, each.files, each.given)


def main() -> None:
    """Write what blocks give into the page."""
    text = PAGE.read_text(encoding="utf-8")
    for each in reversed([each for each in examples() if each.span[1]]):
        with tempfile.TemporaryDirectory() as directory:
            start, end = each.span
            text = text[:start] + given(Path(directory), each) + text[end:]
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
