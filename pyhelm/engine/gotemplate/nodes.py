"""The syntax tree of Go templates. Nodes print themselves as Go's do: errors quote them.

`id` numbers the nodes of a file in the order in which they are made, so that a compiled template
names a node by it; `pos` is where it stands in the source.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pyhelm._typing import TypeAlias
from pyhelm.engine.gotemplate.quoting import quote


@dataclass(slots=True)
class Node:
    """Anything in a template."""

    id: int
    pos: int


@dataclass(slots=True)
class Text(Node):
    """Literal text."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Dot(Node):
    """`.`"""

    def __str__(self) -> str:
        return "."


@dataclass(slots=True)
class Nil(Node):
    """`nil`"""

    def __str__(self) -> str:
        return "nil"


@dataclass(slots=True)
class Bool(Node):
    """`true` or `false`."""

    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(slots=True)
class Number(Node):
    """A number as written; `whole` is its integer, if it is one."""

    text: str
    value: int | float | complex
    whole: int | None

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class String(Node):
    """A string literal: as written, and what it says."""

    quoted: str
    text: str

    def __str__(self) -> str:
        return self.quoted


@dataclass(slots=True)
class Identifier(Node):
    """A function's name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class Field(Node):
    """`.a.b`"""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


@dataclass(slots=True)
class Variable(Node):
    """`$x.a.b`: the variable's name, with its `$`, and fields."""

    name: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


@dataclass(slots=True)
class Chain(Node):
    """`(pipeline).a.b`"""

    node: Operand
    names: tuple[str, ...]

    def __str__(self) -> str:
        shown = f"({self.node})" if isinstance(self.node, Pipe) else str(self.node)
        return shown + "".join(f".{name}" for name in self.names)


@dataclass(slots=True)
class Command(Node):
    """Operands, the first of which may be called with the rest."""

    args: list[Operand] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, Pipe) else str(arg) for arg in self.args)


@dataclass(slots=True)
class Pipe(Node):
    """Commands, each being given the result of the one before; and what they declare."""

    commands: list[Command] = field(default_factory=list)
    declares: list[Variable] = field(default_factory=list)
    is_assign: bool = False

    def __str__(self) -> str:
        shown = " | ".join(map(str, self.commands))
        if not self.declares:
            return shown
        sign = "=" if self.is_assign else ":="
        return f"{', '.join(map(str, self.declares))} {sign} {shown}"


@dataclass(slots=True)
class Body(Node):
    """Nodes one after the other."""

    nodes: list[Statement] = field(default_factory=list)

    def __str__(self) -> str:
        return "".join(map(str, self.nodes))


@dataclass(slots=True)
class Action(Node):
    """`{{pipeline}}`"""

    pipe: Pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


@dataclass(slots=True)
class Break(Node):
    """`{{break}}`"""

    def __str__(self) -> str:
        return "{{break}}"


@dataclass(slots=True)
class Continue(Node):
    """`{{continue}}`"""

    def __str__(self) -> str:
        return "{{continue}}"


@dataclass(slots=True)
class Branch(Node):
    """`if`, `range` or `with`, by its keyword."""

    keyword: str
    pipe: Pipe
    body: Body
    otherwise: Body | None

    def __str__(self) -> str:
        other = "" if self.otherwise is None else f"{{{{else}}}}{self.otherwise}"
        return f"{{{{{self.keyword} {self.pipe}}}}}{self.body}{other}{{{{end}}}}"


@dataclass(slots=True)
class Call(Node):
    """`{{template "name" pipeline}}`"""

    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        given = "" if self.pipe is None else f" {self.pipe}"
        return f"{{{{template {quote(self.name)}{given}}}}}"


@dataclass(slots=True)
class Marker(Node):
    """`{{else}}` or `{{end}}`, which only the parser sees."""

    keyword: str

    def __str__(self) -> str:
        return f"{{{{{self.keyword}}}}}"


Operand: TypeAlias = (
    Dot | Nil | Bool | Number | String | Identifier | Field | Variable | Chain | Pipe
)
Statement: TypeAlias = Text | Action | Break | Continue | Branch | Call


def is_empty(body: Body) -> bool:
    """Whether a template is nothing but blanks: such a one never replaces another."""
    return all(isinstance(node, Text) and not node.text.strip() for node in body.nodes)
