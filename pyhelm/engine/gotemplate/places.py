"""Beyond Helm's message: the line that failed, marked, and the values that it asked for."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Iterator
from pyhelm.chart.language import JINJA, has_jinja_tags
from pyhelm.engine.excerpt import excerpt
from pyhelm.engine.gotemplate import nodes
from pyhelm.engine.gotemplate.compiled import MAIN
from pyhelm.engine.gotemplate.errors import GoError, Origin
from pyhelm.engine.gotemplate.parser import Parsed, parse
from pyhelm.engine.gotemplate.signatures import PARAMETERS

Path = tuple[str, ...] | None
"""What a dot stands for, from the template's own dot; None: it can't be told."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a template failed: `line` and `column` count from 1; `excerpt` is for a person."""

    file: str
    line: int
    column: int
    source_line: str
    excerpt: str


def place_of(error: GoError, file: str) -> Place | None:
    """The innermost place of an error that came up while `file` was rendered."""
    found = _innermost(error)
    if found is None:
        return None
    origin, node = found
    before = origin.source[: node.pos]
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)
    shown = origin.source.split("\n")[line - 1]
    start, length = _marked(shown, column, node)
    notes = [f"in the values: {path}" for path in _values_paths(origin, node, file)]
    text = excerpt(line, shown, start, length, notes)
    title = "the text given to tpl" if origin.file == "gotpl" else origin.file
    return Place(origin.file, line, column + 1, shown, f"{title}:\n{text}")


_JINJA_VALUE = lazy_pattern(r"\{\{-?\s*(?:Values|Release|Chart|Capabilities|Files)\b")


def parse_place(file: str, source: str, line: int) -> Place:
    """The place of a source that can't be parsed, of which Go tells the line alone."""
    shown = source.split("\n")[line - 1] if line <= source.count("\n") + 1 else ""
    start = len(shown) - len(shown.lstrip())
    # Of a template with tags the message says it already.
    is_jinja = _JINJA_VALUE.search(shown) and not has_jinja_tags(source)
    text = excerpt(line, shown, start, len(shown.strip()), [JINJA] if is_jinja else [])
    return Place(file, line, 0, shown, f"{file}:\n{text}" if shown.strip() else "")


def _innermost(error: GoError) -> tuple[Origin, nodes.Node] | None:
    found = None
    current: GoError | None = error
    while current is not None:
        found = current.where or found
        current = current.cause
    return found


def _marked(line: str, column: int, node: nodes.Node) -> tuple[int, int]:
    """Where the node stands in its line, and how long it is; Go's column may be inside of it."""
    text = str(node)
    start = line.rfind(text, max(column - len(text), 0), column + len(text))
    return (start, len(text)) if text and start >= 0 else (column, 1)


def _values_paths(origin: Origin, node: nodes.Node, file: str) -> list[str]:
    """The paths in the user's values of all that a node reads, each once."""
    parsed = parse(origin.file, origin.source, PARAMETERS)
    dot = _dot_at(parsed, origin, node)
    found = [path for path in _read(node, dot) if path and path[0] == "Values"]
    prefix = file.split("/charts/")[1:]
    chart = [each.partition("/")[0] for each in prefix]
    paths = (".".join([*chart, *path[1:]]) for path in found if len(path) > 1)
    return list(dict.fromkeys(paths))


def _read(node: nodes.Node, dot: Path) -> Iterator[Path]:
    if isinstance(node, nodes.Field):
        # A helper's dot is most often that of the template which includes it.
        yield node.names if node.names[0] == "Values" else _below(dot, node.names)
    elif isinstance(node, nodes.Variable):
        yield node.names if node.name == "$" else None
    elif isinstance(node, nodes.Dot):
        yield dot
    elif isinstance(node, nodes.Command) and str(node.args[0]) == "index":
        yield _indexed(node.args[1:], dot)
    for inner in _parts(node):
        yield from _read(inner, dot)


def _indexed(args: list[nodes.Operand], dot: Path) -> Path:
    """What `index .Values "a" "b"` reads."""
    names = [arg.text for arg in args[1:] if isinstance(arg, nodes.String)]
    if not names or len(names) < len(args) - 1:
        return None
    return _below(next(_read(args[0], dot), None), tuple(names))


def _parts(node: nodes.Node) -> list[nodes.Node]:
    if isinstance(node, nodes.Pipe):
        return list(node.commands)
    if isinstance(node, nodes.Command):
        return list(node.args)
    if isinstance(node, nodes.Chain):
        return [node.node]
    if isinstance(node, nodes.Action):
        return [node.pipe]
    return []


def _below(path: Path, names: tuple[str, ...]) -> Path:
    return None if path is None else (*path, *names)


def _dot_at(parsed: Parsed, origin: Origin, node: nodes.Node) -> Path:
    """What dot is where a node stands: `with` and `range` around it say."""
    is_main = origin.template == origin.file
    dot: Path = () if is_main else None
    body = parsed.trees.get(MAIN if is_main else origin.template)
    while body is not None:
        branch = _branch_around(body, node)
        body = None if branch is None else _inside(branch, node)
        if branch is not None and body is branch.body and branch.keyword != "if":
            dot = _becomes(branch, dot)
    return dot


def _branch_around(body: nodes.Body, node: nodes.Node) -> nodes.Branch | None:
    found = None
    for each in body.nodes:
        if each.pos > node.pos:
            break
        found = each
    return found if isinstance(found, nodes.Branch) else None


def _inside(branch: nodes.Branch, node: nodes.Node) -> nodes.Body | None:
    """The branch's body that a node stands in; its condition is in none."""
    for body in (branch.otherwise, branch.body):
        if body is not None and body.nodes and body.nodes[0].pos <= node.pos:
            return body
    return None


def _becomes(branch: nodes.Branch, dot: Path) -> Path:
    """What a loop or `with` makes of dot."""
    operand = branch.pipe.commands[0].args[0]
    if len(branch.pipe.commands) > 1 or len(branch.pipe.commands[0].args) > 1:
        return None
    path = next(_read(operand, dot), None)
    if path is None or branch.keyword == "with":
        return path
    return (*path[:-1], f"{path[-1]}[]") if path else None
