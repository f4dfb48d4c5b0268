"""Templates compiled to Python functions, by way of Python's syntax tree.

A function gets the runtime, dot, and where its text goes. No name or text of a template becomes
source code: they are constants. A node's id is the line of what is made of it, so that a traceback
says which node failed, at no cost while nothing does.
"""

from __future__ import annotations

import ast
import marshal
from types import CodeType

from pyhelm._typing import Any, Iterator, Sequence
from pyhelm.engine.gotemplate import nodes
from pyhelm.engine.gotemplate.compiled import Compiled
from pyhelm.engine.gotemplate.parser import Parsed, ParseError
from pyhelm.engine.gotemplate.signatures import ELEMENTS, RESULTS, signature

FILE = "<template>"

LOOPS = 15
"""Loops within loops; Python nests at most 20 blocks."""

ENGINE = frozenset(("include", "tpl", "lookup", "required", "fail", "getHostByName"))
"""Functions that are the runtime's own methods."""

_LOAD, _STORE = ast.Load(), ast.Store()


def compile_templates(parsed: Parsed) -> tuple[Compiled, ...]:
    """The code of a parsed source's templates; raises ParseError."""
    functions: list[ast.stmt] = []
    uses: list[tuple[str, ...]] = []
    for index, body in enumerate(parsed.trees.values()):
        writer = _Function()
        functions.append(writer.define(f"t{index}", body))
        uses.append(tuple(writer.uses))
    try:
        module = compile(ast.Module(functions, []), FILE, "exec", dont_inherit=True, optimize=0)
    except RecursionError:
        raise ParseError(1, "max expression depth exceeded") from None
    codes = [each for each in module.co_consts if isinstance(each, CodeType)]
    return tuple(
        Compiled(name, marshal.dumps(code), used, nodes.is_empty(body))
        for (name, body), code, used in zip(parsed.trees.items(), codes, uses, strict=True)
    )


class _Value:
    """An expression: its Go type where that is known, and the node that Go was at last.

    `is_interface` says that a nil here is Go's nil interface, which is something, and not nothing;
    `element` is the type of what a loop over a typed list goes through.
    """

    __slots__ = ("element", "expr", "is_interface", "last", "type")

    def __init__(
        self,
        expr: ast.expr,
        last: int,
        type: str = "any",
        is_interface: bool = False,
        element: str = "",
    ) -> None:
        self.expr, self.last, self.type = expr, last, type
        self.is_interface, self.element = is_interface, element

    def of(self, expr: ast.expr, type: str = "") -> _Value:
        """Another expression for the same, perhaps of another type."""
        return _Value(expr, self.last, type or self.type, self.is_interface, self.element)


class _Variable:
    """A local of the function, and what is known of its value."""

    __slots__ = ("element", "is_interface", "local")

    def __init__(self, local: str, is_interface: bool = False, element: str = "") -> None:
        self.local, self.is_interface, self.element = local, is_interface, element


class _Scope:
    """What is visible at a place: dot, and variables by their Go names."""

    __slots__ = ("dot", "loops", "variables")

    def __init__(self, dot: _Variable, variables: dict[str, _Variable], loops: int = 0) -> None:
        self.dot, self.variables, self.loops = dot, variables, loops

    def inner(self, dot: _Variable | None = None, loops: int = 0) -> _Scope:
        """The scope of a body within."""
        return _Scope(dot or self.dot, dict(self.variables), self.loops + loops)


class _Function:
    """Writes one template's function."""

    def __init__(self) -> None:
        self.uses: dict[str, None] = {}
        self.locals = 0

    def define(self, name: str, body: nodes.Body) -> ast.FunctionDef:
        root = _Variable("d")
        scope = _Scope(root, {"$": root})
        statements = list(self.body(body, scope)) or [ast.Pass(lineno=1, col_offset=0)]
        names = [ast.arg(each, lineno=1, col_offset=0) for each in ("rt", "d", "out")]
        arguments = ast.arguments([], names, None, [], [], None, [])
        return ast.FunctionDef(name, arguments, statements, [], lineno=1, col_offset=0)

    def local(self, prefix: str) -> str:
        self.locals += 1
        return f"{prefix}{self.locals}"

    # Statements

    def body(self, body: nodes.Body, scope: _Scope) -> Iterator[ast.stmt]:
        for node in body.nodes:
            yield from self.statement(node, scope)

    def block(self, body: nodes.Body | None, scope: _Scope, line: int) -> list[ast.stmt]:
        made = [] if body is None else list(self.body(body, scope))
        return made or [ast.Pass(lineno=line, col_offset=0)]

    def statement(self, node: nodes.Statement, scope: _Scope) -> Iterator[ast.stmt]:
        if isinstance(node, nodes.Text):
            yield _out(_constant(node.text, node.id), node.id)
        elif isinstance(node, nodes.Action):
            yield self.action(node, scope)
        elif isinstance(node, nodes.Call):
            yield self.call(node, scope)
        elif isinstance(node, nodes.Break):
            yield ast.Break(lineno=node.id + 1, col_offset=0)
        elif isinstance(node, nodes.Continue):
            yield ast.Continue(lineno=node.id + 1, col_offset=0)
        elif node.keyword == "range":
            yield from self.range(node, scope)
        else:
            yield from self.condition(node, scope)

    def action(self, node: nodes.Action, scope: _Scope) -> ast.stmt:
        value = self.pipeline(node.pipe, scope)
        if node.pipe.declares:
            return ast.Expr(value.expr, lineno=node.id + 1, col_offset=0)
        shown = value.expr if value.type == "string" else _call("show", [value.expr], node.id)
        return _out(shown, node.id)

    def call(self, node: nodes.Call, scope: _Scope) -> ast.stmt:
        """`{{template}}` writes straight to this template's output."""
        data = _constant(None, node.id)
        if node.pipe is not None:
            data = self.pipeline(node.pipe, scope).expr
        out = _name("out", node.id)
        name = _constant(node.name, node.id)
        return _statement(_method("template", [name, data, out], node.id))

    def condition(self, node: nodes.Branch, scope: _Scope) -> Iterator[ast.stmt]:
        """`if`, and `with`, which makes the value dot."""
        inner = scope.inner()
        line = node.id + 1
        value = self.pipeline(node.pipe, inner)
        test, then = value.expr, inner.inner()
        if node.keyword == "with":
            dot = _Variable(self.local("d"))
            yield _assign(dot.local, value.expr, line)
            test, then = _name(dot.local, node.id), inner.inner(dot)
        otherwise = list(self.body(node.otherwise, inner.inner())) if node.otherwise else []
        yield ast.If(test, self.block(node.body, then, line), otherwise, lineno=line, col_offset=0)

    def range(self, node: nodes.Branch, scope: _Scope) -> Iterator[ast.stmt]:
        if scope.loops >= LOOPS:
            raise ParseError(1, f"range nested more than {LOOPS} deep")
        line = node.id + 1
        inner = scope.inner()
        value = self.pipeline(node.pipe, inner, declares=False)
        items = self.local("i")
        declares = node.pipe.declares
        function = "pairs" if len(declares) > 1 else "elements"
        loaded = _method(function, [value.expr, _size(node.body)], value.last)
        yield _assign(items, loaded, line)
        element = _Variable(self.local("d"), True, ELEMENTS.get(value.type, ""))
        loop = inner.inner(element, loops=1)
        targets, bind = self.loop_variables(node, loop, element)
        body = [*bind, *self.block(node.body, loop, line)]
        over = _name(items, node.id)
        each = ast.For(targets, over, body, [], lineno=line, col_offset=0)
        if node.otherwise is None:
            yield each
            return
        none = inner.inner()
        none.variables.update({each.name: _Variable(items) for each in declares})
        other = self.block(node.otherwise, none, line)
        test = _name(items, node.id)
        yield ast.If(test, [each], other, lineno=line, col_offset=0)

    def loop_variables(
        self, node: nodes.Branch, scope: _Scope, element: _Variable
    ) -> tuple[ast.expr, list[ast.stmt]]:
        """What a loop assigns to in each turn, and the statements that hand it on."""
        declares = node.pipe.declares
        line = node.id + 1
        targets: list[ast.expr] = [_target(element.local, line)]
        bind: list[ast.stmt] = []
        key = self.local("k")
        if len(declares) > 1:
            targets.insert(0, _target(key, line))
        for variable, local in zip(declares, [key, element.local][-len(declares) :], strict=False):
            is_interface = local is element.local
            if node.pipe.is_assign:
                known = scope.variables[variable.name].local
                bind.append(_assign(known, _name(local, node.id), line))
            else:
                own = self.local("v")
                bind.append(_assign(own, _name(local, node.id), line))
                kind = element.element if is_interface else ""
                scope.variables[variable.name] = _Variable(own, is_interface, kind)
        if len(targets) == 1:
            return targets[0], bind
        return ast.Tuple(targets, _STORE, lineno=line, col_offset=0), bind

    # Expressions

    def pipeline(self, pipe: nodes.Pipe, scope: _Scope, *, declares: bool = True) -> _Value:
        value: _Value | None = None
        last = pipe.id
        for command in pipe.commands:
            value = self.command(command, value, scope, last)
            value.is_interface = False
            last = value.last
        assert value is not None
        for variable in pipe.declares if declares else ():
            value = self.declare(variable, value, pipe, scope)
        return value

    def declare(
        self, variable: nodes.Variable, value: _Value, pipe: nodes.Pipe, scope: _Scope
    ) -> _Value:
        if pipe.is_assign and variable.name in scope.variables:
            local = scope.variables[variable.name].local
        elif pipe.is_assign:
            message = f"undefined variable: {variable.name}"
            return value.of(_fault(message, value.last, value.expr))
        else:
            local = self.local("v")
            scope.variables[variable.name] = _Variable(local)
        target = _target(local, variable.id + 1)
        line = variable.id + 1
        return value.of(ast.NamedExpr(target, value.expr, lineno=line, col_offset=0))

    def command(
        self, command: nodes.Command, final: _Value | None, scope: _Scope, last: int
    ) -> _Value:
        first, *rest = command.args
        if isinstance(first, nodes.Identifier):
            return self.function(first, rest, final, command.id, scope)
        if isinstance(first, nodes.Field | nodes.Chain) or (
            isinstance(first, nodes.Variable) and first.names
        ):
            if rest or final:
                return self.method(first, rest, final, scope)
            return self.operand(first, scope)
        if rest or final:
            at = last if isinstance(first, nodes.Pipe) else first.id
            message = f"can't give argument to non-function {first}"
            return _Value(_fault(message, at, *([final.expr] if final else [])), at)
        if isinstance(first, nodes.Nil):
            return _Value(_fault("nil is not a command", first.id), first.id)
        return self.operand(first, scope)

    def operand(self, node: nodes.Operand, scope: _Scope) -> _Value:
        """An operand's value by itself."""
        if isinstance(node, nodes.Pipe):
            return self.pipeline(node, scope)
        if isinstance(node, nodes.Identifier):
            return self.function(node, [], None, node.id, scope)
        if isinstance(node, nodes.Dot):
            expr = _name(scope.dot.local, node.id)
            interface, element = scope.dot.is_interface, scope.dot.element
            return _Value(expr, node.id, is_interface=interface, element=element)
        if isinstance(node, nodes.Variable) and not node.names:
            variable = scope.variables.get(node.name)
            if variable is None:
                return _Value(_fault(f"undefined variable: {node.name}", node.id), node.id)
            expr = _name(variable.local, node.id)
            interface, element = variable.is_interface, variable.element
            return _Value(expr, node.id, is_interface=interface, element=element)
        if isinstance(node, nodes.Field | nodes.Variable | nodes.Chain):
            base = self.base(node, scope)
            return _Value(_fields(base, node.names, node.id), node.id, is_interface=True)
        return self.literal(node)

    def literal(self, node: nodes.Operand) -> _Value:
        if isinstance(node, nodes.String):
            return _Value(_constant(node.text, node.id), node.id, "string")
        if isinstance(node, nodes.Bool):
            return _Value(_constant(node.value, node.id), node.id, "bool")
        if isinstance(node, nodes.Number):
            if isinstance(node.value, int) and node.value >= 2**63:
                return _Value(_fault(f"{node.text} overflows int", node.id), node.id)
            kind = {int: "int", float: "float64"}.get(type(node.value), "complex128")
            return _Value(_constant(node.value, node.id), node.id, kind)
        return _Value(_constant(None, node.id), node.id)

    def base(self, node: nodes.Field | nodes.Variable | nodes.Chain, scope: _Scope) -> _Value:
        """What a chain of fields starts from."""
        if isinstance(node, nodes.Field):
            expr = _name(scope.dot.local, node.id)
            interface, element = scope.dot.is_interface, scope.dot.element
            return _Value(expr, node.id, is_interface=interface, element=element)
        if isinstance(node, nodes.Variable):
            return self.operand(nodes.Variable(node.id, node.pos, node.name, ()), scope)
        if isinstance(node.node, nodes.Nil):
            message = f"indirection through explicit nil in {node}"
            return _Value(_fault(message, node.id), node.id)
        return self.operand(node.node, scope)

    def method(
        self,
        node: nodes.Operand,
        args: Sequence[nodes.Operand],
        final: _Value | None,
        scope: _Scope,
    ) -> _Value:
        """A field called with arguments; which types it takes shows when it is called."""
        assert isinstance(node, nodes.Field | nodes.Variable | nodes.Chain)
        given = [self.argument(arg, "any", scope) for arg in args]
        if final:
            given.append(final)
        base = self.base(node, scope)
        receiver = _fields(base, node.names[:-1], node.id) if node.names[1:] else base.expr
        lasts = _constant(tuple(each.last for each in given), node.id)
        name = _constant(node.names[-1], node.id)
        expr = _call("invoke", [receiver, name, lasts, *(each.expr for each in given)], node.id)
        return _Value(expr, given[-1].last if given else node.id, is_interface=True)

    def function(
        self,
        node: nodes.Identifier,
        args: Sequence[nodes.Operand],
        final: _Value | None,
        command: int,
        scope: _Scope,
    ) -> _Value:
        name = node.name
        takes = signature(name)
        message = takes.refuses(name, len(args), final is not None)
        if message:
            return _Value(_fault(message, node.id, *([final.expr] if final else [])), node.id)
        if name in ("and", "or", "not"):
            return self.logic(node, args, final, scope)
        given = [self.argument(arg, takes.at(n), scope) for n, arg in enumerate(args)]
        if final:
            at = given[-1].last if given else node.id
            piped = _Value(final.expr, at, final.type, final.is_interface, final.element)
            given.append(self.checked(piped, takes.at(len(args))))
        last = given[-1].last if given else node.id
        ordered = self.final_first(given, final)
        if name == "call":
            # Go names what was to be called by its source.
            ordered.insert(0, _constant(str(args[0]) if args else "", node.id))
        expr = self.called(name, ordered, command)
        return _Value(expr, last, RESULTS.get(name, "any"), is_interface=not final)

    def final_first(self, given: list[_Value], final: _Value | None) -> list[ast.expr]:
        """The arguments; what comes by the pipe was made before the others."""
        exprs = [each.expr for each in given]
        if final is None or all(_is_pure(each) for each in exprs[:-1]):
            return exprs
        local = self.local("p")
        bound = ast.NamedExpr(
            _target(local, final.last + 1), final.expr, lineno=final.last + 1, col_offset=0
        )
        first = _call("second", [bound, exprs[0]], final.last)
        checked = self.checked(final.of(_name(local, final.last)), "any").expr
        if exprs[-1] is not final.expr and isinstance(exprs[-1], ast.Call):
            checked = ast.Call(
                exprs[-1].func,
                [checked, *exprs[-1].args[1:]],
                [],
                lineno=exprs[-1].lineno,
                col_offset=0,
            )
        return [first, *exprs[1:-1], checked]

    def called(self, name: str, args: list[ast.expr], command: int) -> ast.expr:
        if name in ENGINE:
            return _method(name, args, command)
        self.uses[name] = None
        return _call(f"f_{name}", args, command)

    def logic(
        self,
        node: nodes.Identifier,
        args: Sequence[nodes.Operand],
        final: _Value | None,
        scope: _Scope,
    ) -> _Value:
        """`and`, `or`, `not`: Python's truth is Go's, and so is its shortcut."""
        given = [self.argument(arg, "any", scope) for arg in args]
        last = given[-1].last if given else node.id
        line = node.id + 1
        bound: ast.expr | None = None
        if final:
            local = self.local("p")
            bound = ast.NamedExpr(_target(local, line), final.expr, lineno=line, col_offset=0)
            given.append(final.of(_name(local, node.id)))
        expr: ast.expr
        if node.name == "not":
            expr = ast.UnaryOp(ast.Not(), given[0].expr, lineno=line, col_offset=0)
        elif len(given) == 1:
            expr = given[0].expr
        else:
            sign = ast.And() if node.name == "and" else ast.Or()
            expr = ast.BoolOp(sign, [each.expr for each in given], lineno=line, col_offset=0)
        if bound is not None:
            expr = _call("second", [bound, expr], node.id)
        return _Value(expr, last, "bool" if node.name == "not" else "any", is_interface=True)

    def argument(self, node: nodes.Operand, wanted: str, scope: _Scope) -> _Value:
        """An operand as an argument of a type, checked when it runs."""
        if isinstance(node, nodes.Nil):
            if wanted in _NOT_NIL:
                return _Value(_fault(f"cannot assign nil to {wanted}", node.id), node.id)
            return _Value(_constant(None, node.id), node.id)
        if isinstance(node, nodes.Bool | nodes.Number | nodes.String):
            return self.typed_literal(node, wanted)
        return self.checked(self.operand(node, scope), wanted)

    def typed_literal(self, node: nodes.Bool | nodes.Number | nodes.String, wanted: str) -> _Value:
        value = self.literal(node)
        if wanted in ("any", value.type):
            return value
        if (
            isinstance(node, nodes.Number)
            and wanted in ("int", "int64", "uint32")
            and node.whole is not None
        ):
            if wanted == "int64":
                return value.of(_call("Int64", [_constant(node.whole, node.id)], node.id))
            return value.of(_constant(node.whole, node.id))
        if isinstance(node, nodes.Number) and wanted == "float64":
            return value.of(_constant(float(node.value.real), node.id))
        found = _FOUND.get(wanted)
        message = (
            f"expected {found}; found {node}"
            if found
            else (f"can't handle {node} for arg of type {shown_type(wanted)}")
        )
        return _Value(_fault(message, node.id), node.id)

    def checked(self, value: _Value, wanted: str) -> _Value:
        if wanted in ("any", value.type):
            return value
        function = "need_string" if wanted == "string" else "need"
        args = [value.expr, _constant(value.is_interface, value.last)]
        if function == "need":
            args.append(_constant(wanted, value.last))
        return value.of(_call(function, args, value.last), wanted)


_NOT_NIL = frozenset(("string", "int", "int64", "float64", "bool", "time.Time", "time.Duration"))
_FOUND = {"bool": "bool", "string": "string", "float64": "float"} | dict.fromkeys(
    ("int", "int64"), "integer"
)


def shown_type(name: str) -> str:
    """A type as Go prints it."""
    return name.replace("any", "interface {}")


def _is_pure(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant | ast.Name)


def _size(body: nodes.Body) -> ast.expr:
    """How much text one turn of a loop writes at least."""
    size = sum(len(node.text) for node in body.nodes if isinstance(node, nodes.Text))
    return _constant(size, body.id)


def _constant(value: Any, node: int) -> ast.expr:
    return ast.Constant(value, lineno=node + 1, col_offset=0)


def _name(name: str, node: int) -> ast.expr:
    return ast.Name(name, _LOAD, lineno=node + 1, col_offset=0)


def _target(name: str, line: int) -> ast.Name:
    return ast.Name(name, _STORE, lineno=line, col_offset=0)


def _fields(base: _Value, names: tuple[str, ...], node: int) -> ast.expr:
    """A chain of fields."""
    function = "range_chain" if base.is_interface else "chain"
    kind = [_constant(base.element, node)] if base.element and base.is_interface else []
    return _call(function, [base.expr, _constant(names, node), *kind], node)


def _call(function: str, args: list[ast.expr], node: int) -> ast.expr:
    return ast.Call(_name(function, node), args, [], lineno=node + 1, col_offset=0)


def _method(name: str, args: list[ast.expr], node: int) -> ast.expr:
    line = node + 1
    function = ast.Attribute(_name("rt", node), name, _LOAD, lineno=line, col_offset=0)
    return ast.Call(function, args, [], lineno=line, col_offset=0)


def _fault(message: str, node: int, *before: ast.expr) -> ast.expr:
    """A call that fails, when what comes before it is done."""
    return _call("fault", [_constant(message, node), *before], node)


def _statement(expr: ast.expr) -> ast.stmt:
    return ast.Expr(expr, lineno=expr.lineno, col_offset=0)


def _out(expr: ast.expr, node: int) -> ast.stmt:
    return _statement(_call("out", [expr], node))


def _assign(local: str, value: ast.expr, line: int) -> ast.stmt:
    return ast.Assign([_target(local, line)], value, lineno=line, col_offset=0)
