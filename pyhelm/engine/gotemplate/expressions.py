"""Pipelines and operands as Python expressions, with what is known of their Go types."""

from __future__ import annotations

import ast

from pyhelm._typing import Callable, Sequence
from pyhelm.engine.gotemplate import nodes, pyast
from pyhelm.engine.gotemplate.signatures import RESULTS, literal_refused, signature
from pyhelm.engine.gotypes import type_name

ENGINE = frozenset(("include", "tpl", "lookup", "required", "fail", "getHostByName"))
"""Functions that are the runtime's own methods."""


class Value:
    """An expression: its Go type where that is known, and the node that Go was at last.

    `is_interface` says that a nil here is Go's nil interface, which is something, and not nothing:
    where that shows at run time alone, it is the local that must have a value for it to be so.
    `element` is the type of what a loop over a typed list goes through.
    """

    __slots__ = ("element", "expr", "is_interface", "last", "type")

    def __init__(
        self,
        expr: ast.expr,
        last: int,
        type: str = "any",
        is_interface: bool | str = False,
        element: str = "",
    ) -> None:
        self.expr, self.last, self.type = expr, last, type
        self.is_interface, self.element = is_interface, element

    def of(self, expr: ast.expr, type: str = "") -> Value:
        """Another expression for the same, perhaps of another type."""
        return Value(expr, self.last, type or self.type, self.is_interface, self.element)


class Variable:
    """A local of the function, and what is known of its value."""

    __slots__ = ("element", "is_interface", "local")

    def __init__(self, local: str, is_interface: bool = False, element: str = "") -> None:
        self.local, self.is_interface, self.element = local, is_interface, element


class Scope:
    """What is visible at a place: dot, and variables by their Go names."""

    __slots__ = ("dot", "variables")

    def __init__(self, dot: Variable, variables: dict[str, Variable]) -> None:
        self.dot, self.variables = dot, variables

    def inner(self, dot: Variable | None = None) -> Scope:
        """The scope of a body within."""
        return Scope(dot or self.dot, dict(self.variables))


class Expressions:
    """Writes the expressions of one function; counts its locals and the functions it calls."""

    def __init__(self) -> None:
        self.uses: dict[str, None] = {}
        self.locals = 0

    def local(self, prefix: str) -> str:
        """A new local."""
        self.locals += 1
        return f"{prefix}{self.locals}"

    def pipeline(self, pipe: nodes.Pipe, scope: Scope, *, declares: bool = True) -> Value:
        value: Value | None = None
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
        self, variable: nodes.Variable, value: Value, pipe: nodes.Pipe, scope: Scope
    ) -> Value:
        if pipe.is_assign and variable.name in scope.variables:
            local = scope.variables[variable.name].local
            scope.variables[variable.name] = Variable(local)
        elif pipe.is_assign:
            message = f"undefined variable: {variable.name}"
            return value.of(pyast.fault(message, value.last, value.expr))
        else:
            local = self.local("v")
            scope.variables[variable.name] = Variable(local)
        return value.of(_bound(local, value))

    def command(
        self, command: nodes.Command, final: Value | None, scope: Scope, last: int
    ) -> Value:
        first, *rest = command.args
        if isinstance(first, nodes.Identifier):
            return self.function(first, rest, final, command.id, scope)
        if isinstance(first, _METHODS) or (isinstance(first, nodes.Variable) and first.names):
            if rest or final:
                return self.method(first, rest, final, scope)
            return self.operand(first, scope)
        if rest or final:
            at = last if isinstance(first, nodes.Pipe) else first.id
            message = f"can't give argument to non-function {first}"
            return Value(pyast.fault(message, at, *([final.expr] if final else [])), at)
        if isinstance(first, nodes.Nil):
            return Value(pyast.fault("nil is not a command", first.id), first.id)
        return self.operand(first, scope)

    def operand(self, node: nodes.Operand, scope: Scope) -> Value:
        """An operand's value by itself."""
        if isinstance(node, nodes.Pipe):
            return self.pipeline(node, scope)
        if isinstance(node, nodes.Identifier):
            return self.function(node, [], None, node.id, scope)
        if isinstance(node, nodes.Dot):
            expr = pyast.name(scope.dot.local, node.id)
            interface, element = scope.dot.is_interface, scope.dot.element
            return Value(expr, node.id, is_interface=interface, element=element)
        if isinstance(node, nodes.Variable) and not node.names:
            variable = scope.variables.get(node.name)
            if variable is None:
                return Value(pyast.fault(f"undefined variable: {node.name}", node.id), node.id)
            expr = pyast.name(variable.local, node.id)
            interface, element = variable.is_interface, variable.element
            return Value(expr, node.id, is_interface=interface, element=element)
        if isinstance(node, _CHAINS):
            names, logic = node.names, isinstance(node, nodes.Chain) and _logic(node.node)
            if logic:
                return self.of_logic(logic, scope, lambda base: _fields(base, names))
            base, start = self.started(self.base(node, scope))
            return Value(_fields(base, names), base.last, is_interface=start)
        return self.literal(node)

    def of_logic(
        self, logic: list[nodes.Operand], scope: Scope, then: Callable[[Value], ast.expr]
    ) -> Value:
        """What becomes of `(or A B)`: Go was last at the argument that it stopped at."""
        function, *args = logic
        given = [self.argument(arg, "any", scope) for arg in args]
        local, last = self.local("p"), given[-1].last
        expr = then(Value(_bound(local, given[-1]), last))
        for value in reversed(given[:-1]):
            stops = then(Value(pyast.name(local, value.last), value.last))
            branches = [stops, expr] if str(function) == "or" else [expr, stops]
            line = value.last + 1
            expr = ast.IfExp(_bound(local, value), *branches, lineno=line, col_offset=0)
        return Value(expr, last, is_interface=local)

    def started(self, base: Value) -> tuple[Value, bool | str]:
        """A base of fields, and whether they are something: fields of nothing are nothing."""
        if base.is_interface:
            return base, True
        if isinstance(base.expr, ast.Name):
            return base, base.expr.id
        local = self.local("p")
        return base.of(_bound(local, base)), local

    def literal(self, node: nodes.Operand) -> Value:
        if isinstance(node, nodes.String):
            return Value(pyast.constant(node.text, node.id), node.id, "string")
        if isinstance(node, nodes.Bool):
            return Value(pyast.constant(node.value, node.id), node.id, "bool")
        if isinstance(node, nodes.Number):
            if isinstance(node.value, int) and node.value >= 2**63:
                return Value(pyast.fault(f"{node.text} overflows int", node.id), node.id)
            kind = type_name(node.value)
            return Value(pyast.constant(node.value, node.id), node.id, kind)
        return Value(pyast.constant(None, node.id), node.id)

    def base(self, node: nodes.Field | nodes.Variable | nodes.Chain, scope: Scope) -> Value:
        """What a chain of fields starts from."""
        if isinstance(node, nodes.Field):
            expr = pyast.name(scope.dot.local, node.id)
            interface, element = scope.dot.is_interface, scope.dot.element
            return Value(expr, node.id, is_interface=interface, element=element)
        if isinstance(node, nodes.Variable):
            return self.operand(nodes.Variable(node.id, node.pos, node.name, ()), scope)
        if isinstance(node.node, nodes.Nil):
            message = f"indirection through explicit nil in {node}"
            return Value(pyast.fault(message, node.id), node.id)
        return self.operand(node.node, scope)

    def method(
        self,
        node: nodes.Operand,
        args: Sequence[nodes.Operand],
        final: Value | None,
        scope: Scope,
    ) -> Value:
        """A field called with arguments; which types it takes shows when it is called."""
        assert isinstance(node, _CHAINS)
        given = [self.argument(arg, "any", scope) for arg in args]
        base, start = self.started(self.base(node, scope))
        at = base.last
        if final:
            blamed = given[-1].last if given else at
            given.append(Value(final.expr, blamed))
        receiver = _fields(base, node.names[:-1]) if node.names[1:] else base.expr
        is_interface = self.known(start if node.names[1:] else base.is_interface, at)
        pairs = zip(given, [*args, None], strict=False)  # what is piped is no literal
        passed = tuple((each.last, _literal(arg)) for each, arg in pairs)
        name = pyast.constant(node.names[-1], at)
        known = [receiver, is_interface, name, pyast.constant(passed, at)]
        # Go looks the method up, and counts the arguments, before it evaluates them.
        found = pyast.call("method", known, at)
        exprs = [each.expr for each in given]
        expr = ast.Call(found, exprs, [], lineno=node.id + 1, col_offset=0)
        return Value(expr, given[-1].last if given else at, is_interface=True)

    def function(
        self,
        node: nodes.Identifier,
        args: Sequence[nodes.Operand],
        final: Value | None,
        command: int,
        scope: Scope,
    ) -> Value:
        name = node.name
        takes = signature(name)
        message = takes.refuses(name, len(args), final is not None)
        if message:
            return Value(pyast.fault(message, node.id, *([final.expr] if final else [])), node.id)
        if name in ("and", "or", "not"):
            return self.logic(node, args, final, scope)
        given = [self.argument(arg, takes.at(n), scope) for n, arg in enumerate(args)]
        if final:
            at = given[-1].last if given else node.id
            piped = Value(final.expr, at, final.type, final.is_interface, final.element)
            given.append(self.checked(piped, takes.at(len(args))))
        last = given[-1].last if given else node.id
        ordered = self.final_first(given, final)
        if name == "call":
            # Go names what was to be called by its source.
            ordered.insert(0, pyast.constant(str(args[0]) if args else "", node.id))
        if name == "len":
            ordered.append(self.known(given[0].is_interface, node.id))
        expr = self.called(name, ordered, command)
        return Value(expr, last, RESULTS.get(name, "any"), is_interface=not final)

    def final_first(self, given: list[Value], final: Value | None) -> list[ast.expr]:
        """The arguments; what comes by the pipe was made before the others."""
        exprs = [each.expr for each in given]
        if final is None or all(_is_pure(each) for each in exprs[:-1]):
            return exprs
        local = self.local("p")
        first = pyast.call("second", [_bound(local, final), exprs[0]], final.last)
        checked = self.checked(final.of(pyast.name(local, final.last)), "any").expr
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
            return pyast.method(name, args, command)
        self.uses[name] = None
        return pyast.call(f"f_{name}", args, command)

    def logic(
        self,
        node: nodes.Identifier,
        args: Sequence[nodes.Operand],
        final: Value | None,
        scope: Scope,
    ) -> Value:
        """`and`, `or`, `not`: Python's truth is Go's, and so is its shortcut."""
        given = [self.argument(arg, "any", scope) for arg in args]
        last = given[-1].last if given else node.id
        line = node.id + 1
        bound: ast.expr | None = None
        if final:
            local = self.local("p")
            bound = _bound(local, final)
            given.append(final.of(pyast.name(local, node.id)))
        expr: ast.expr
        if node.name == "not":
            expr = ast.UnaryOp(ast.Not(), given[0].expr, lineno=line, col_offset=0)
        elif len(given) == 1:
            expr = given[0].expr
        else:
            sign = ast.And() if node.name == "and" else ast.Or()
            expr = ast.BoolOp(sign, [each.expr for each in given], lineno=line, col_offset=0)
        if bound is not None:
            expr = pyast.call("second", [bound, expr], node.id)
        return Value(expr, last, "bool" if node.name == "not" else "any", is_interface=True)

    def argument(self, node: nodes.Operand, wanted: str, scope: Scope) -> Value:
        """An operand as an argument of a type, checked when it runs."""
        if isinstance(node, nodes.Nil):
            if wanted in _NOT_NIL:
                return Value(pyast.fault(f"cannot assign nil to {wanted}", node.id), node.id)
            return Value(pyast.constant(None, node.id), node.id)
        if isinstance(node, _LITERALS):
            return self.typed_literal(node, wanted)
        if wanted != "any" and (logic := _logic(node)):
            found = self.of_logic(logic, scope, lambda value: self.checked(value, wanted).expr)
            return found.of(found.expr, wanted)
        return self.checked(self.operand(node, scope), wanted)

    def typed_literal(self, node: nodes.Bool | nodes.Number | nodes.String, wanted: str) -> Value:
        value = self.literal(node)
        if wanted in ("any", value.type):
            return value
        if (
            isinstance(node, nodes.Number)
            and wanted in ("int", "int64", "uint32")
            and node.whole is not None
        ):
            if wanted == "int64":
                return value.of(pyast.call("Int64", [pyast.constant(node.whole, node.id)], node.id))
            return value.of(pyast.constant(node.whole, node.id))
        if isinstance(node, nodes.Number) and wanted == "float64" and not node.value.imag:
            return value.of(pyast.constant(float(node.value.real), node.id))
        return Value(pyast.fault(literal_refused(str(node), wanted), node.id), node.id)

    def checked(self, value: Value, wanted: str) -> Value:
        if wanted in ("any", value.type):
            return value
        function = "need_string" if wanted == "string" else "need"
        args = [value.expr, self.known(value.is_interface, value.last)]
        if function == "need":
            args.append(pyast.constant(wanted, value.last))
        return value.of(pyast.call(function, args, value.last), wanted)

    def known(self, is_interface: bool | str, node: int) -> ast.expr:
        """Whether a nil is an interface, as an expression."""
        if isinstance(is_interface, bool):
            return pyast.constant(is_interface, node)
        local, nothing = pyast.name(is_interface, node), pyast.constant(None, node)
        return ast.Compare(local, [ast.IsNot()], [nothing], lineno=node + 1, col_offset=0)


# Unions in `isinstance` are made anew each time.
_CHAINS = (nodes.Field, nodes.Variable, nodes.Chain)
_METHODS = (nodes.Field, nodes.Chain)
_LITERALS = (nodes.Bool, nodes.Number, nodes.String)
_PURE = (ast.Constant, ast.Name)
_NOT_NIL = frozenset(("string", "int", "int64", "float64", "bool", "time.Time", "time.Duration"))


def _is_pure(expr: ast.expr) -> bool:
    return isinstance(expr, _PURE)


def _literal(node: nodes.Operand | None) -> str:
    """A literal as it is written; empty of what is none."""
    return str(node) if isinstance(node, (nodes.Nil, *_LITERALS)) else ""


def _logic(node: nodes.Operand) -> list[nodes.Operand]:
    """`and` or `or` and its arguments, two or more, if a pipe is no more than that."""
    if not isinstance(node, nodes.Pipe) or node.declares or len(node.commands) > 1:
        return []
    first, *rest = args = node.commands[0].args
    if not rest:
        return _logic(first)
    is_logic = isinstance(first, nodes.Identifier) and first.name in ("and", "or")
    return args if is_logic and len(rest) > 1 else []


def _bound(local: str, value: Value) -> ast.expr:
    """A value that a local keeps."""
    line = value.last + 1
    return ast.NamedExpr(pyast.target(local, line), value.expr, lineno=line, col_offset=0)


def _fields(base: Value, names: tuple[str, ...]) -> ast.expr:
    """A chain of fields; of what fails in it, Go blames the node that it was at last."""
    function, node = "range_chain" if base.is_interface else "chain", base.last
    kind = [pyast.constant(base.element, node)] if base.element and base.is_interface else []
    return pyast.call(function, [base.expr, pyast.constant(names, node), *kind], node)
