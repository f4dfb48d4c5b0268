"""Which flags a command's function asks for, itself or through what it calls in `pyhelm.cli`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from tests.unit.options.reads import PACKAGE, Code

CLI = "pyhelm.cli."


@cache
def functions() -> dict[tuple[str, str], ast.AST]:
    """Modules of the CLI and names, each a function, a class or a method of Call."""
    found: dict[tuple[str, str], ast.AST] = {}
    for path in sorted((PACKAGE / "cli").glob("*.py")):
        module = f"{CLI}{path.stem}"
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[module, node.name] = node
            if isinstance(node, ast.ClassDef) and node.name == "Call":
                methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
                found |= {("call", each.name): each for each in methods}
    return found


@cache
def imported() -> dict[tuple[str, str], tuple[str, str]]:
    """What a module's imports from the CLI mean."""
    found = {}
    for path in sorted((PACKAGE / "cli").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(CLI):
                for each in node.names:
                    found[f"{CLI}{path.stem}", each.name] = (node.module or "", each.name)
    return found


def asked(run: str, code: Code) -> set[str]:
    """The keys of the flags that a command, `module:function`, asks for."""
    module, _, name = run.partition(":")
    keys: set[str] = set()
    seen, rest = set(), [(module, name)]
    while rest:
        one = rest.pop()
        if one not in seen and one in functions():
            seen.add(one)
            own, called = _body(one, code)
            keys |= own
            rest += called
    return keys


@cache
def _body(function: tuple[str, str], code: Code) -> tuple[set[str], set[tuple[str, str]]]:
    """The flags that a function itself asks for, and what it may call."""
    module = f"{CLI}call" if function[0] == "call" else function[0]
    nodes = list(ast.walk(functions()[function]))
    keys = {key for node in nodes for key in _keys(node, code)}
    return keys, {called for node in nodes for called in _called(node, module)}


def _called(node: ast.AST, module: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Name):
        yield imported().get((module, node.id), (module, node.id))
    elif isinstance(node, ast.Attribute):
        yield "call", node.attr


def _keys(node: ast.AST, code: Code) -> Iterator[str]:
    """Of `values["key"]`, `values.get("key")`, `"key" in given` and `options(Class)`."""
    if isinstance(node, ast.Subscript) and _ends_in(node.value, "values"):
        yield from _texts(node.slice)
    elif isinstance(node, ast.Compare) and _ends_in(node.comparators[0], "given"):
        yield from _texts(node.left)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr == "get" and _ends_in(node.func.value, "values"):
            yield from _texts(node.args[0])
        elif node.func.attr == "options":
            for name in code.named(node.args[0]):
                yield from code.fields(name)


def _ends_in(node: ast.AST, name: str) -> bool:
    return name in (getattr(node, "attr", ""), getattr(node, "id", ""))


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
