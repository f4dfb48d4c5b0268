"""Parsing Go templates by the grammar of text/template/parse, with its messages."""

from __future__ import annotations

from pyhelm._typing import Callable, Container, TypeVar
from pyhelm.engine.gotemplate import nodes
from pyhelm.engine.gotemplate.compiled import MAIN, Template
from pyhelm.engine.gotemplate.lexer import Token, lex
from pyhelm.engine.gotemplate.literals import number, whole
from pyhelm.engine.gotemplate.quoting import quote, unquote

DEPTH = 200
"""Nesting of parentheses and blocks; Go stops at 10000 parentheses, Python's stack sooner."""

STAGES = 200
"""All pipes of an action. Each is a call around the one before, as each parenthesis is: both limits
together stay below what the compiler of every Python takes, so that no version decides."""

LOOPS = 15
"""Loops within loops; Python nests at most 20 blocks."""

_OPERANDS = frozenset(
    (
        *("bool", "char constant", "complex", "dot", "field", "identifier", "nil"),
        *("number", "raw", "string", "variable", "("),
    )
)
_LITERALS = (nodes.Bool, nodes.Dot, nodes.Nil, nodes.Number, nodes.String)


_N = TypeVar("_N", bound=nodes.Node)


class ParseError(ValueError):
    """A template that can't be parsed: the line, and Go's message."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


class Parsed:
    """The templates of one source: the main one under its own name, `define`d ones under theirs."""

    def __init__(self, trees: dict[str, nodes.Body], templates: tuple[Template, ...]) -> None:
        self.trees, self.templates = trees, templates


def parse(name: str, source: str, functions: Container[str]) -> Parsed:
    """The trees of a template's source; raises ParseError."""
    parser = _Parser(name, source, functions, lex(source))
    parser.parse()
    trees = parser.trees.items()
    found = (Template(each, *parser.spans[each], nodes.is_empty(body)) for each, body in trees)
    return Parsed(parser.trees, tuple(found))


def parse_part(
    source: str, functions: Container[str], start: int, stop: int
) -> tuple[nodes.Body, list[nodes.Node]]:
    """A body of a source that was found right, and all nodes of it by their ids.

    Templates that are defined in it are passed over.
    """
    parser = _Parser("", source, functions, lex(source, start, stop))
    return parser.part(), parser.by_id


class _Scope:
    """What a template being parsed knows: its variables, and how many loops it is in."""

    def __init__(self) -> None:
        self.variables = ["$"]
        self.loops = 0


class _Parser:
    def __init__(
        self,
        name: str,
        source: str,
        functions: Container[str],
        tokens: list[Token],
    ) -> None:
        self.name = name
        self.source = source
        self.functions = functions
        # Who looks on after the end sees it again.
        self.tokens = [*tokens, *tokens[-1:] * 4]
        self.at = 0
        self.furthest = 0
        """The last token that Go's lexer would have read: errors name its line."""
        self.trees: dict[str, nodes.Body] = {}
        self.spans: dict[str, tuple[int, int]] = {}
        self.by_id: list[nodes.Node] = []
        self.scope = _Scope()
        self.opened: Token | None = None
        """The delimiter of the action that is being parsed."""
        self.depth = 0
        self.stages = 0
        """The pipes of the action that is being parsed."""

    # Tokens

    def next(self) -> Token:
        at = self.at
        self.at = at + 1
        if at > self.furthest:
            self.furthest = at
        return self.tokens[at]

    def peek(self) -> Token:
        at = self.at
        if at > self.furthest:
            self.furthest = at
        return self.tokens[at]

    def next_solid(self) -> Token:
        token = self.peek_solid()
        self.at += 1
        return token

    def peek_solid(self) -> Token:
        """The next token that is no blank; blanks before it are passed."""
        at, tokens = self.at, self.tokens
        while tokens[at].kind == "space":
            at += 1
        self.at = at
        if at > self.furthest:
            self.furthest = at
        return tokens[at]

    def line(self, token: Token) -> int:
        return self.source.count("\n", 0, token.pos) + 1

    def error(self, message: str) -> ParseError:
        return ParseError(self.line(self.tokens[self.furthest]), message)

    def expect(self, kinds: tuple[str, ...], context: str) -> Token:
        token = self.next_solid()
        if token.kind not in kinds:
            raise self.unexpected(token, context)
        return token

    def unexpected(self, token: Token, context: str) -> ParseError:
        if token.kind != "error":
            return self.error(f"unexpected {token} in {context}")
        extra = ""
        line = self.line(self.opened) if self.opened else 0
        if line and line != self.line(token):
            extra = f" in action started at {self.name}:{line}"
            if token.text.endswith(" action"):
                extra = extra.removeprefix(" in action")
        return self.error(f"{token}{extra}")

    def made(self, node: _N) -> _N:
        self.by_id.append(node)
        return node

    @property
    def id(self) -> int:
        return len(self.by_id)

    # Templates

    def parse(self) -> None:
        body = self.made(nodes.Body(self.id, self.peek().pos))
        while (token := self.peek()).kind != "EOF":
            if token.kind == "left" and self.is_define():
                self.definition()
                continue
            node = self.text_or_action()
            if isinstance(node, nodes.Marker):
                raise self.error(f"unexpected {node}")
            body.nodes.append(node)
        self.add(MAIN, body, 0, len(self.source))

    def part(self) -> nodes.Body:
        """A body up to its closing action, or to the end of the source."""
        body = self.made(nodes.Body(self.id, self.peek().pos))
        while (token := self.peek()).kind != "EOF":
            if token.kind == "left" and self.is_define():
                self.definition()
                continue
            node = self.text_or_action()
            if isinstance(node, nodes.Marker):
                break
            body.nodes.append(node)
        return body

    def is_define(self) -> bool:
        start = self.at
        self.next()
        if self.next_solid().kind == "define":
            return True
        self.at = start
        return False

    def definition(self) -> None:
        token = self.expect(("string", "raw"), "define clause")
        name = self.own(self.unquoted(token))
        self.expect(("right",), "define clause")
        self.template(name, "define clause")

    def template(self, name: str, context: str) -> None:
        """The body of a `define` or `block`, up to its `end`; it sees no outer variables."""
        outer, self.scope = self.scope, _Scope()
        opened, self.opened = self.opened, None
        self.deeper()
        start = self.peek().pos
        body, end = self.body()
        self.depth -= 1
        if end.keyword != "end":
            raise self.error(f"unexpected {end} in {context}")
        self.add(name, body, start, end.pos + len("}}"))
        self.scope, self.opened = outer, opened

    def add(self, name: str, body: nodes.Body, start: int, stop: int) -> None:
        known = self.trees.get(name)
        if known is None or nodes.is_empty(known):
            self.trees[name], self.spans[name] = body, (start, stop)
        elif not nodes.is_empty(body):
            shown = quote(name or self.name)
            raise self.error(f"template: multiple definition of template {shown}")

    def own(self, name: str) -> str:
        """A template's name; a source may define its main template again."""
        return MAIN if name == self.name else name

    def unquoted(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except ValueError as exc:
            raise self.error(str(exc)) from None

    def body(self) -> tuple[nodes.Body, nodes.Marker]:
        """Nodes up to an `else` or `end`, and that."""
        body = self.made(nodes.Body(self.id, self.peek_solid().pos))
        while self.peek_solid().kind != "EOF":
            node = self.text_or_action()
            if isinstance(node, nodes.Marker):
                return body, node
            body.nodes.append(node)
        raise self.error("unexpected EOF")

    def text_or_action(self) -> nodes.Statement | nodes.Marker:
        token = self.next_solid()
        if token.kind == "text":
            return self.made(nodes.Text(self.id, token.pos, token.text))
        if token.kind != "left":
            raise self.unexpected(token, "input")
        self.opened, self.stages = token, 0
        try:
            return self.action()
        finally:
            self.opened = None

    def action(self) -> nodes.Statement | nodes.Marker:
        token = self.next_solid()
        control = _CONTROLS.get(token.kind)
        if control is not None:
            return control(self, token)
        self.at -= 1
        pipe = self.pipeline("command", "right")
        return self.made(nodes.Action(self.id, token.pos, pipe))

    def branch(self, token: Token) -> nodes.Branch:
        """`if`, `range` or `with`; its variables end with it."""
        keyword = token.kind
        known = len(self.scope.variables)
        self.deeper()
        pipe = self.pipeline(keyword, "right")
        self.scope.loops += keyword == "range"
        if self.scope.loops > LOOPS:
            raise self.error(f"range nested more than {LOOPS} deep")
        body, end = self.body()
        self.scope.loops -= keyword == "range"
        otherwise = self.otherwise(keyword, end) if end.keyword == "else" else None
        del self.scope.variables[known:]
        self.depth -= 1
        return self.made(nodes.Branch(self.id, pipe.pos, keyword, pipe, body, otherwise))

    def otherwise(self, keyword: str, marker: nodes.Marker) -> nodes.Body:
        if keyword in ("if", "with") and self.peek().kind == keyword:
            body = self.made(nodes.Body(self.id, marker.pos))
            body.nodes.append(self.branch(self.next()))
            return body
        body, end = self.body()
        if end.keyword != "end":
            raise self.error(f"expected end; found {end}")
        return body

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise self.error("max expression depth exceeded")

    def piped(self) -> None:
        self.stages += 1
        if self.stages > STAGES:
            raise self.error("max expression depth exceeded")

    def loop_control(self, token: Token) -> nodes.Break | nodes.Continue:
        after = self.next_solid()
        shown = f"{{{{{token.kind}}}}}"
        if after.kind != "right":
            raise self.unexpected(after, shown)
        if not self.scope.loops:
            raise self.error(f"{shown} outside {{{{range}}}}")
        made = nodes.Break if token.kind == "break" else nodes.Continue
        return self.made(made(self.id, token.pos))

    def end(self, token: Token) -> nodes.Marker:
        right = self.expect(("right",), "end")
        return self.made(nodes.Marker(self.id, right.pos, "end"))

    def otherwise_marker(self, token: Token) -> nodes.Marker:
        after = self.peek_solid()
        if after.kind not in ("if", "with"):
            after = self.expect(("right",), "else")
        return self.made(nodes.Marker(self.id, after.pos, "else"))

    def template_name(self, context: str) -> tuple[Token, str]:
        token = self.next_solid()
        if token.kind not in ("string", "raw"):
            raise self.unexpected(token, context)
        return token, self.unquoted(token)

    def call(self, token: Token) -> nodes.Call:
        token, name = self.template_name("template clause")
        pipe = None
        if self.next_solid().kind != "right":
            self.at -= 1
            pipe = self.pipeline("template clause", "right")
        return self.made(nodes.Call(self.id, token.pos, name, pipe))

    def block(self, token: Token) -> nodes.Call:
        token, name = self.template_name("block clause")
        pipe = self.pipeline("block clause", "right")
        self.template(self.own(name), "block clause")
        return self.made(nodes.Call(self.id, token.pos, name, pipe))

    # Pipelines

    def pipeline(self, context: str, end: str) -> nodes.Pipe:
        token = self.peek_solid()
        pipe = self.made(nodes.Pipe(self.id, token.pos))
        if token.kind == "variable":
            self.declarations(pipe, context)
        while (token := self.next_solid()).kind != end:
            if token.kind not in _OPERANDS:
                raise self.unexpected(token, context)
            self.at -= 1
            pipe.commands.append(self.command())
        self.check(pipe, context)
        return pipe

    def declarations(self, pipe: nodes.Pipe, context: str) -> None:
        """`$x :=`, `$x =` or `$k, $v :=` at the start of a pipeline, if it is there."""
        while self.peek_solid().kind == "variable":
            start = self.at
            name = self.next()
            after = self.peek_solid()
            if after.kind in ("assign", "declare"):
                pipe.is_assign = after.kind == "assign"
                self.next_solid()
                self.declare(pipe, name)
                return
            if after.text != ",":
                self.at = start
                return
            self.next_solid()
            self.declare(pipe, name)
            if context != "range" or len(pipe.declares) >= 2:
                raise self.error(f"too many declarations in {context}")
            if self.peek_solid().kind not in ("variable", "right", ")"):
                raise self.error("range can only initialize variables")

    def declare(self, pipe: nodes.Pipe, token: Token) -> None:
        variable = nodes.Variable(self.id, token.pos, token.text, ())
        pipe.declares.append(self.made(variable))
        self.scope.variables.append(token.text)

    def check(self, pipe: nodes.Pipe, context: str) -> None:
        if not pipe.commands:
            raise self.error(f"missing value for {context}")
        for stage, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.args[0], _LITERALS):
                raise self.error(f"non executable command in pipeline stage {stage}")

    def command(self) -> nodes.Command:
        command = self.made(nodes.Command(self.id, self.peek_solid().pos))
        while True:
            self.peek_solid()
            operand = self.operand()
            if operand is not None:
                command.args.append(operand)
            token = self.next()
            if token.kind == "space":
                continue
            if token.kind in ("right", ")"):
                self.at -= 1
            elif token.kind != "pipe":
                raise self.unexpected(token, "operand")
            else:
                self.piped()
            break
        if not command.args:
            raise self.error("empty command")
        return command

    def operand(self) -> nodes.Operand | None:
        term = self.term()
        if term is None or self.peek().kind != "field":
            return term
        pos = self.peek().pos
        names: list[str] = []
        while self.peek().kind == "field":
            names.append(self.next().text[1:])
        if isinstance(term, nodes.Field):
            return self.made(nodes.Field(self.id, pos, (*term.names, *names)))
        if isinstance(term, nodes.Variable):
            fields = (*term.names, *names)
            return self.made(nodes.Variable(self.id, pos, term.name, fields))
        if isinstance(term, _LITERALS):
            raise self.error(f"unexpected . after term {quote(str(term))}")
        return self.made(nodes.Chain(self.id, pos, term, tuple(names)))

    def term(self) -> nodes.Operand | None:
        token = self.next_solid()
        term = _TERMS.get(token.kind)
        if term is None:
            self.at -= 1
            return None
        return term(self, token)

    def identifier(self, token: Token) -> nodes.Identifier:
        if token.text not in self.functions:
            raise self.error(f"function {quote(token.text)} not defined")
        return self.made(nodes.Identifier(self.id, token.pos, token.text))

    def variable(self, token: Token) -> nodes.Variable:
        if token.text not in self.scope.variables:
            raise self.error(f"undefined variable {quote(token.text)}")
        return self.made(nodes.Variable(self.id, token.pos, token.text, ()))

    def field(self, token: Token) -> nodes.Field:
        return self.made(nodes.Field(self.id, token.pos, (token.text[1:],)))

    def string(self, token: Token) -> nodes.String:
        text = self.unquoted(token)
        return self.made(nodes.String(self.id, token.pos, token.text, text))

    def number(self, token: Token) -> nodes.Number:
        try:
            value = number(token.kind, token.text)
        except ValueError as exc:
            raise self.error(str(exc)) from None
        return self.made(nodes.Number(self.id, token.pos, token.text, value, whole(value)))

    def parenthesized(self, token: Token) -> nodes.Pipe:
        self.deeper()
        pipe = self.pipeline("parenthesized pipeline", ")")
        self.depth -= 1
        return pipe


_CONTROLS = {
    "block": _Parser.block,
    "break": _Parser.loop_control,
    "continue": _Parser.loop_control,
    "else": _Parser.otherwise_marker,
    "end": _Parser.end,
    "if": _Parser.branch,
    "range": _Parser.branch,
    "template": _Parser.call,
    "with": _Parser.branch,
}

_TERMS: dict[str, Callable[[_Parser, Token], nodes.Operand]] = {
    "identifier": _Parser.identifier,
    "dot": lambda parser, token: parser.made(nodes.Dot(parser.id, token.pos)),
    "nil": lambda parser, token: parser.made(nodes.Nil(parser.id, token.pos)),
    "variable": _Parser.variable,
    "field": _Parser.field,
    "bool": lambda parser, token: parser.made(
        nodes.Bool(parser.id, token.pos, token.text == "true")
    ),
    "char constant": _Parser.number,
    "complex": _Parser.number,
    "number": _Parser.number,
    "(": _Parser.parenthesized,
    "string": _Parser.string,
    "raw": _Parser.string,
}
