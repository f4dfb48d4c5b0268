"""The syntax tree of Go templates. Nodes print themselves as Go's do: errors quote them.

`id` numbers the nodes of a file in the order in which they are made, so that a compiled template
names a node by it; `pos` is where it stands in the source.
"""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, TypeAlias
from pyhelm.engine.gotemplate.quoting import quote

if TYPE_CHECKING:
    from pyhelm.engine.gotemplate.outline import Part


class Node:
    """Anything in a template."""

    __slots__ = ("id", "pos")

    def __init__(self, id: int, pos: int) -> None:
        self.id = id
        self.pos = pos


class Text(Node):
    """Literal text."""

    __slots__ = ("text",)

    def __init__(self, id: int, pos: int, text: str) -> None:
        self.id, self.pos = id, pos
        self.text = text

    def __str__(self) -> str:
        return self.text


class Dot(Node):
    """`.`"""

    __slots__ = ()

    def __str__(self) -> str:
        return "."


class Nil(Node):
    """`nil`"""

    __slots__ = ()

    def __str__(self) -> str:
        return "nil"


class Bool(Node):
    """`true` or `false`."""

    __slots__ = ("value",)

    def __init__(self, id: int, pos: int, value: bool) -> None:
        self.id, self.pos = id, pos
        self.value = value

    def __str__(self) -> str:
        return "true" if self.value else "false"


class Number(Node):
    """A number as written; `whole` is its integer, if it is one."""

    __slots__ = ("text", "value", "whole")

    def __init__(
        self, id: int, pos: int, text: str, value: int | float | complex, whole: int | None
    ) -> None:
        self.id, self.pos = id, pos
        self.text = text
        self.value = value
        self.whole = whole

    def __str__(self) -> str:
        return self.text


class String(Node):
    """A string literal: as written, and what it says."""

    __slots__ = ("quoted", "text")

    def __init__(self, id: int, pos: int, quoted: str, text: str) -> None:
        self.id, self.pos = id, pos
        self.quoted = quoted
        self.text = text

    def __str__(self) -> str:
        return self.quoted


class Identifier(Node):
    """A function's name."""

    __slots__ = ("name",)

    def __init__(self, id: int, pos: int, name: str) -> None:
        self.id, self.pos = id, pos
        self.name = name

    def __str__(self) -> str:
        return self.name


class Field(Node):
    """`.a.b`"""

    __slots__ = ("names",)

    def __init__(self, id: int, pos: int, names: tuple[str, ...]) -> None:
        self.id, self.pos = id, pos
        self.names = names

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


class Variable(Node):
    """`$x.a.b`: the variable's name, with its `$`, and fields."""

    __slots__ = ("name", "names")

    def __init__(self, id: int, pos: int, name: str, names: tuple[str, ...]) -> None:
        self.id, self.pos = id, pos
        self.name = name
        self.names = names

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


class Chain(Node):
    """`(pipeline).a.b`"""

    __slots__ = ("names", "node")

    def __init__(self, id: int, pos: int, node: Operand, names: tuple[str, ...]) -> None:
        self.id, self.pos = id, pos
        self.node = node
        self.names = names

    def __str__(self) -> str:
        shown = f"({self.node})" if isinstance(self.node, Pipe) else str(self.node)
        return shown + "".join(f".{name}" for name in self.names)


class Command(Node):
    """Operands, the first of which may be called with the rest."""

    __slots__ = ("args",)

    def __init__(self, id: int, pos: int) -> None:
        self.id, self.pos = id, pos
        self.args: list[Operand] = []

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, Pipe) else str(arg) for arg in self.args)


class Pipe(Node):
    """Commands, each being given the result of the one before; and what they declare."""

    __slots__ = ("commands", "declares", "is_assign")

    def __init__(self, id: int, pos: int) -> None:
        self.id, self.pos = id, pos
        self.commands: list[Command] = []
        self.declares: list[Variable] = []
        self.is_assign = False

    def __str__(self) -> str:
        shown = " | ".join(map(str, self.commands))
        if not self.declares:
            return shown
        sign = "=" if self.is_assign else ":="
        return f"{', '.join(map(str, self.declares))} {sign} {shown}"


class Body(Node):
    """Nodes one after the other."""

    __slots__ = ("nodes",)

    def __init__(self, id: int, pos: int) -> None:
        self.id, self.pos = id, pos
        self.nodes: list[Statement] = []

    def __str__(self) -> str:
        return "".join(map(str, self.nodes))


class Action(Node):
    """`{{pipeline}}`"""

    __slots__ = ("pipe",)

    def __init__(self, id: int, pos: int, pipe: Pipe) -> None:
        self.id, self.pos = id, pos
        self.pipe = pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


class Break(Node):
    """`{{break}}`"""

    __slots__ = ()

    def __str__(self) -> str:
        return "{{break}}"


class Continue(Node):
    """`{{continue}}`"""

    __slots__ = ()

    def __str__(self) -> str:
        return "{{continue}}"


class Branch(Node):
    """`if`, `range` or `with`, by its keyword."""

    __slots__ = ("body", "keyword", "otherwise", "pipe")

    def __init__(
        self, id: int, pos: int, keyword: str, pipe: Pipe, body: Body, otherwise: Body | None
    ) -> None:
        self.id, self.pos = id, pos
        self.keyword = keyword
        self.pipe = pipe
        self.body = body
        self.otherwise = otherwise

    def __str__(self) -> str:
        other = "" if self.otherwise is None else f"{{{{else}}}}{self.otherwise}"
        return f"{{{{{self.keyword} {self.pipe}}}}}{self.body}{other}{{{{end}}}}"


class Call(Node):
    """`{{template "name" pipeline}}`"""

    __slots__ = ("name", "pipe")

    def __init__(self, id: int, pos: int, name: str, pipe: Pipe | None) -> None:
        self.id, self.pos = id, pos
        self.name = name
        self.pipe = pipe

    def __str__(self) -> str:
        given = "" if self.pipe is None else f" {self.pipe}"
        return f"{{{{template {quote(self.name)}{given}}}}}"


class Later(Node):
    """A body that is parsed when it is reached, and its text."""

    __slots__ = ("part", "text")

    def __init__(self, id: int, pos: int, part: Part, text: str) -> None:
        self.id, self.pos = id, pos
        self.part = part
        self.text = text

    def __str__(self) -> str:
        return self.text


class Marker(Node):
    """`{{else}}` or `{{end}}`, which only the parser sees."""

    __slots__ = ("keyword",)

    def __init__(self, id: int, pos: int, keyword: str) -> None:
        self.id, self.pos = id, pos
        self.keyword = keyword

    def __str__(self) -> str:
        return f"{{{{{self.keyword}}}}}"


Operand: TypeAlias = (
    Dot | Nil | Bool | Number | String | Identifier | Field | Variable | Chain | Pipe
)
Statement: TypeAlias = Text | Action | Break | Continue | Branch | Call | Later


def is_empty(body: Body) -> bool:
    """Whether a template is nothing but blanks: such a one never replaces another."""
    return all(isinstance(node, Text) and not node.text.strip() for node in body.nodes)
