"""Where a source's templates and their branches stand, found without parsing it.

Most of what is in a chart is never reached: helpers that nobody includes, and bodies of conditions
that don't hold. Their outline is enough to know that they are right and where they end, so that
they are parsed and compiled when they are reached, if ever.
"""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Callable
from pyhelm.engine.gotemplate.compiled import MAIN, Template
from pyhelm.engine.gotemplate.forms import Form, Forms
from pyhelm.engine.gotemplate.lexer import SPACES

LEAST = 2
"""Actions that a body has at least to be left for later."""

DEEPEST, LONGEST = 15, 50
"""Blocks within blocks, and conditions in a chain; the parser looks at what is deeper."""

_WHOLE = lazy_pattern(
    r"\{\{(?:-[ \t\r\n])?(?:/\*(?s:.*?)\*/(?:[ \t\r\n]-)?"
    r'|(?:[^"`}]|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\}(?!\}))*)\}\}'
)
"""An action in whose strings or comment a delimiter may stand."""


class Part:
    """A body that is left for later: from where to where, where its closing action ends, and the
    variables that it names."""

    __slots__ = ("closing", "names", "start", "stop")

    def __init__(self, start: int, closing: int, stop: int, names: tuple[str, ...]) -> None:
        self.start, self.closing, self.stop, self.names = start, closing, stop, names


class Outline:
    """A source's templates, the main one last.

    `parts` are bodies by where the action before them starts, `defines` says where the text goes
    on after a definition, by where that starts.
    """

    __slots__ = ("defines", "parts", "templates")

    def __init__(self) -> None:
        self.templates: list[Template] = []
        self.parts: dict[int, Part] = {}
        self.defines: dict[int, int] = {}


class Unusual(Exception):
    """Something for the parser to look at."""


class _Block:
    """A block that is open: its keyword, where its present body starts, and what is in it.

    `known` is how many variables there were before it, `total` the weight of all its bodies that
    are not left for later.
    """

    __slots__ = (
        *("chain", "has_else", "is_fixed", "keyword", "known", "names", "opens", "start"),
        *("total", "trims", "weight"),
    )

    def __init__(self, keyword: str, known: int) -> None:
        self.keyword, self.known = keyword, known
        self.has_else, self.chain, self.total = False, 0, 1

    def body(self, opens: int, start: int, *, trims: bool, is_fixed: bool) -> None:
        """Another body begins; one that is fixed is never left for later."""
        self.opens, self.start, self.trims, self.is_fixed = opens, start, trims, is_fixed
        self.weight = 0
        self.names: set[str] = set()


def outline(source: str, forms: Forms) -> Outline | None:
    """The outline of a source that surely can be parsed; None where the parser must look."""
    try:
        return _Outliner(source, forms).run()
    except Unusual:
        return None


def action_at(source: str, start: int, forms: Forms) -> tuple[Form, int]:
    """The form of the action that starts there, and where it ends; raises Unusual."""
    stop = source.find("}}", start) + 2
    if stop < start + 4:
        # There is no delimiter that closes it.
        raise Unusual
    body = source[start + 2 : stop - 2]
    form = forms.known.get(body) or forms.learn(body)
    if form is None:
        whole = _WHOLE.match(source, start)
        stop = whole.end() if whole else stop
        form = forms.learn(whole[0][2:-2]) if whole else None
    if form is None:
        raise Unusual
    return form, stop


def after_blanks(source: str, at: int) -> int:
    """Where the text behind an action starts that trims it."""
    while source[at : at + 1] in _BLANKS:
        at += 1
    return at


class _Outliner:
    def __init__(self, source: str, forms: Forms) -> None:
        self.source, self.forms = source, forms
        self.made = Outline()
        self.variables = ["$"]
        self.is_empty = True
        self.outer = self.variables, self.is_empty
        self.name = ""
        self.blocks = [_Block("main", 1)]
        self.blocks[0].body(0, 0, trims=False, is_fixed=True)

    def run(self) -> Outline:
        source, known = self.source, self.forms.known.get
        find = source.find
        at = 0
        while (start := find("{{", at)) >= 0:
            if self.is_empty and source[at:start].strip():
                self.is_empty = False
            stop = find("}}", start) + 2
            form = known(source[start + 2 : stop - 2])
            if form is None or stop < start + 4:
                form, stop = action_at(source, start, self.forms)
            if form.uses or form.declares:
                self.variables_of(form)
            if form.role == "action":
                self.is_empty = False
                self.blocks[-1].weight += 1
            else:
                _ROLES[form.role](self, form, start, stop)
            at = stop
        return self.finished(at)

    def finished(self, at: int) -> Outline:
        if self.is_empty and self.source[at:].strip():
            self.is_empty = False
        names = [each.name for each in self.made.templates]
        if len(self.blocks) > 1 or len(set(names)) < len(names):
            raise Unusual
        self.made.templates.append(Template(MAIN, 0, len(self.source), self.is_empty))
        return self.made

    def variables_of(self, form: Form) -> None:
        """Check what an action uses; what it declares is known from there on."""
        for each in form.uses:
            if each not in self.variables:
                raise Unusual
        names = self.blocks[-1].names
        names.update(form.uses)
        if form.assigns:
            names.update(form.declares)
            for block in self.blocks:
                block.is_fixed = True
        self.variables.extend(form.declares)

    def opened(self, form: Form, start: int, stop: int) -> None:
        """`if`, `with` or `range`"""
        self.is_empty = False
        if len(self.blocks) > DEEPEST:
            raise Unusual
        block = _Block(form.role, len(self.variables) - len(form.declares))
        block.body(start, stop, trims=form.trims, is_fixed=form.role == "range")
        self.blocks.append(block)

    def otherwise(self, form: Form, start: int, stop: int) -> None:
        """`else`, perhaps with another condition."""
        block = self.blocks[-1]
        _, _, keyword = form.role.partition(" ")
        fits = block.keyword == keyword if keyword else block.keyword in _BRANCHES
        block.chain += 1
        if not fits or block.has_else or block.chain > LONGEST:
            raise Unusual
        block.has_else = not keyword
        self.closed(block, start, stop)
        block.body(start, stop, trims=form.trims, is_fixed=False)

    def end(self, form: Form, start: int, stop: int) -> None:
        block = self.blocks.pop()
        if block.keyword == "define":
            self.defined(block, stop, form)
            return
        if not self.blocks:
            raise Unusual
        self.closed(block, start, stop)
        del self.variables[block.known :]
        self.blocks[-1].weight += block.total

    def closed(self, block: _Block, start: int, stop: int) -> None:
        """A body ends at the action from `start` to `stop`."""
        if block.names:
            outer = self.blocks[-2] if self.blocks[-1] is block else self.blocks[-1]
            outer.names |= block.names
        if block.is_fixed or block.weight < LEAST:
            block.total += block.weight
            return
        first = after_blanks(self.source, block.start) if block.trims else block.start
        self.made.parts[block.opens] = Part(first, start, stop, tuple(sorted(block.names)))

    def define(self, form: Form, start: int, stop: int) -> None:
        if len(self.blocks) > 1:
            raise Unusual
        block = _Block("define", 1)
        block.body(start, stop, trims=form.trims, is_fixed=True)
        self.blocks.append(block)
        self.outer, self.name = (self.variables, self.is_empty), form.name
        self.variables, self.is_empty = ["$"], True

    def defined(self, block: _Block, stop: int, form: Form) -> None:
        first = after_blanks(self.source, block.start) if block.trims else block.start
        self.made.templates.append(Template(self.name, first, stop, self.is_empty))
        self.made.defines[block.opens] = after_blanks(self.source, stop) if form.trims else stop
        self.variables, self.is_empty = self.outer

    def call(self, form: Form, start: int, stop: int) -> None:
        """`template`"""
        self.is_empty = False
        self.blocks[-1].weight += 1

    def loop_control(self, form: Form, start: int, stop: int) -> None:
        """`break` or `continue`: the bodies up to their loop stay together."""
        for block in reversed(self.blocks):
            if block.keyword == "range" and not block.has_else:
                return
            block.is_fixed = True
        raise Unusual

    def comment(self, form: Form, start: int, stop: int) -> None:
        """Nothing is made of it."""


_BLANKS = frozenset(SPACES)
_BRANCHES = frozenset(("if", "range", "with"))
_ROLES: dict[str, Callable[[_Outliner, Form, int, int], None]] = {
    "break": _Outliner.loop_control,
    "comment": _Outliner.comment,
    "continue": _Outliner.loop_control,
    "define": _Outliner.define,
    "else": _Outliner.otherwise,
    "else if": _Outliner.otherwise,
    "else with": _Outliner.otherwise,
    "end": _Outliner.end,
    "if": _Outliner.opened,
    "range": _Outliner.opened,
    "template": _Outliner.call,
    "with": _Outliner.opened,
}
