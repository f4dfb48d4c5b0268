"""Which fields of options classes the code reads, found in its syntax trees.

A name's class is what its annotation says, or what it was assigned from: an options class, a
function that returns one, `call.options(Class)`, or a field that holds one.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGE = Path(__file__).parents[3] / "pyhelm"
OTHERS = ("Settings", "Budget", "ValueSources")
"""Classes of options whose names don't end so."""

Classes = frozenset[str]
NONE: Classes = frozenset()


class Code:
    """The syntax trees of a package, and what they say of options classes."""

    def __init__(self, package: Path = PACKAGE) -> None:
        files = sorted(package.rglob("*.py"))
        self.trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
        self.bases: dict[str, list[str]] = {}
        self.own: dict[str, list[str]] = {}
        self.bound: dict[str, str] = {}
        self.returned: defaultdict[str, Classes] = defaultdict(frozenset)
        self.held: defaultdict[str, Classes] = defaultdict(frozenset)
        self.read: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for each in (self._classes, self._signatures):
            for tree in self.trees.values():
                for node in ast.walk(tree):
                    each(node)
        for path, tree in self.trees.items():
            _Reads(self, path.relative_to(package).as_posix()).visit(tree)

    def unread(self) -> Iterator[tuple[str, str]]:
        """Classes and their fields, inherited ones too, that no code reads of such an object."""
        for name in sorted(self.own):
            related = [each for each in self.own if name in self.line(each)] + self.line(name)
            for field in sorted(self.fields(name)):
                if not any(self.read[one, field] for one in related):
                    yield name, field

    def line(self, name: str) -> list[str]:
        """A class and those that it inherits from."""
        return [name, *(one for base in self.bases[name] for one in self.line(base))]

    def fields(self, name: str) -> set[str]:
        """All fields, inherited ones too."""
        return {field for one in self.line(name) for field in self.own[one]}

    def named(self, annotation: ast.AST | None) -> Classes:
        """The options classes in an annotation."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        words = {
            node.id for node in ast.walk(annotation or ast.Pass()) if isinstance(node, ast.Name)
        }
        return frozenset({self.bound.get(word, word) for word in words} & self.own.keys())

    def _classes(self, node: ast.AST) -> None:
        if isinstance(node, ast.ClassDef) and _is_options(node.name):
            inherited = [base.id for base in node.bases if isinstance(base, ast.Name)]
            self.bases[node.name] = [name for name in inherited if _is_options(name)]
            self.own[node.name] = [target.id for target, _ in _annotated(node)]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "TypeVar":
            first = ast.literal_eval(node.args[0])
            for keyword in node.keywords:
                bound = ast.unparse(keyword.value).strip("'\"")
                self.bound[first] = bound

    def _signatures(self, node: ast.AST) -> None:
        if isinstance(node, ast.ClassDef):
            for name, annotation in _annotated(node):
                self.held[name.id] |= self.named(annotation)
        elif isinstance(node, ast.FunctionDef):
            self.returned[node.name] |= self.named(node.returns)
            given = self.parameters(node)
            for inner in ast.walk(node):
                if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Name):
                    for target in inner.targets:
                        if isinstance(target, ast.Attribute):
                            self.held[target.attr] |= given.get(inner.value.id, NONE)

    def parameters(self, node: ast.FunctionDef) -> dict[str, Classes]:
        """The options classes of a function's parameters."""
        every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        return {each.arg: self.named(each.annotation) for each in every}


class _Reads(ast.NodeVisitor):
    """Notes each attribute that is read of something whose class is known."""

    def __init__(self, code: Code, where: str) -> None:
        self.code, self.where = code, where
        self.known: dict[str, Classes] = {}

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._inside(node, {"self": frozenset({node.name} & self.code.own.keys())})

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        found = self.code.parameters(node)
        own = found.get("self") or self.known.get("self", NONE)
        self._inside(node, {**found, "self": own})

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.known[target.id] = self._class(node.value) or self.known.get(target.id, NONE)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            for name in self._class(node.value):
                self.code.read[name, node.attr].add(self.where)

    def _inside(self, node: ast.AST, names: Mapping[str, Classes]) -> None:
        before, self.known = self.known, {**self.known, **names}
        self.generic_visit(node)
        self.known = before

    def _class(self, node: ast.expr) -> Classes:
        if isinstance(node, ast.Name):
            return self.known.get(node.id, NONE)
        if isinstance(node, ast.Attribute):
            return self.code.held[node.attr]
        if isinstance(node, ast.BoolOp):
            return NONE.union(*map(self._class, node.values))
        return self._made(node) if isinstance(node, ast.Call) else NONE

    def _made(self, node: ast.Call) -> Classes:
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if name in self.code.own:
            return frozenset({name})
        if name == "options":
            return self.code.named(node.args[0])
        if name == "replace" and node.args:
            return self._class(node.args[0])
        return self.code.returned[name]


def _is_options(name: str) -> bool:
    return name.endswith("Options") or name in OTHERS


def _annotated(node: ast.ClassDef) -> Iterator[tuple[ast.Name, ast.expr]]:
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            yield line.target, line.annotation
