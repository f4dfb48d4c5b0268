"""Random Jinja templates of YAML, with the object that each must make, built in Python.

A template is made of places (a key's value, an item, alone on a line, a part of a text, inside
quotes, blocks and flow collections, a key), tags around them (if, for, set, macro, include, call,
tpl; on lines of their own or not) and values. Building the object needs no YAML and no template.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

OMIT = object()
"""Expected of an expression: its entry or item is left out."""

SCALARS: list[Any] = [
    *("x", "yes", "0123", "a: b", "", "null", "- a", "#", "a #b", "it's", 'say "hi"', "1e3", "08"),
    *(
        "a\nb",
        "a\nb\n",
        " a",
        "a ",
        "{{ x }}",
        "日本",
        "a: {b}",
        "[1",
        "*a",
        "key:",
        "http://a:1/b",
    ),
    *("\u2028", "\x07", "a\n\n", "  a\nb", "%", "!", "a,b", "C:\\d", "-", "?", "---", "<<"),
    *(0, 1, -5, 8080, 2**53 + 1, 0.5, 8.0, 1e21, True, False, None),
]
COLLECTIONS: list[Any] = [
    *({}, [], {"p": 1}, {"p": {"q": [1, "yes"]}, "r": None}, ["a", {"b": "c: d"}], [[1], []]),
    *({"w x": "a\nb\n", "y": 2**60}, [8.0, "8.0"], {"no": "no", "1": 1}, {"s": "", "t": {}}),
]
WORDS = ["x", "ab", "x y", "http://h:80", "a-b", "v1.2", "@", "100%"]


@dataclass
class Part:
    """Lines of a template, what they make, and whether they leave marks of what adds nothing."""

    lines: list[str] = field(default_factory=list)
    made: Any = None
    says: bool = False


@dataclass
class Maker:
    """One template in the making: its values, macros and partials."""

    random: Random
    values: dict[str, Any] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    keys: int = 0

    def name(self, prefix: str) -> str:
        self.keys += 1
        return f"{prefix}{self.keys}"

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def value(self) -> Any:
        return self.random.choice(SCALARS if self.chance(0.6) else COLLECTIONS)

    def put(self, value: Any) -> str:
        """An expression for a value."""
        if value is OMIT:
            return self.random.choice(["omit", "Values.nothing or omit", "none | default(omit)"])
        name = self.name("v")
        self.values[name] = value
        forms = [f"Values.{name}", f'Values["{name}"]', f"(Values.{name})"]
        return self.random.choice(forms)

    def show(self, expression: str) -> str:
        return self.random.choice(["{{ %s }}", "{{ %s }}", "{{%s}}", "{{ %s}}"]) % expression

    def condition(self) -> tuple[str, bool]:
        truth = self.chance(0.6)
        return self.put(truth), truth

    def blanks(self, column: int) -> str:
        """Blanks before a tag that is alone on its line."""
        return " " * self.random.choice([column, column, 0, column + 2])

    def tag(self, column: int, text: str) -> str:
        form = self.random.choice(["{%% %s %%}", "{%% %s %%}", "{%%- %s %%}", "{%%- %s -%%}"])
        return self.blanks(column) + form % text

    def mapping(self, column: int, depth: int) -> Part:
        """Entries at a column."""
        part = Part(made={})
        for _ in range(self.random.choice([1, 1, 2, 3])):
            self.entry(part, column, depth)
        if not part.says:
            self.plain_entry(part, column, 0)
        return part

    def sequence(self, column: int, depth: int) -> Part:
        """Items at a column."""
        part = Part(made=[])
        for _ in range(self.random.choice([1, 1, 2, 3])):
            self.item(part, column, depth)
        if not part.says:
            self.plain_item(part, column, 0)
        return part

    # Entries

    def entry(self, part: Part, column: int, depth: int) -> None:
        kinds = [self.plain_entry, self.plain_entry, self.joined, self.if_entry, self.loop_entry]
        kinds += [self.line_if, self.line_loop, self.macro_entries, self.included, self.comment]
        kinds += [self.called, self.statement, self.with_block, self.loop_else, self.jinja_comment]
        self.random.choice(kinds)(part, column, depth)

    def plain_entry(self, part: Part, column: int, depth: int) -> None:
        """`key: value`, the value at any kind of place."""
        key, shown = self.key()
        lead = " " * column + shown + ":"
        lines, made = self.after_key(lead, column, depth)
        part.lines += lines
        part.says = True
        if made is not OMIT:
            part.made[key] = made

    def key(self) -> tuple[str, str]:
        name = self.name("k")
        form = self.random.randrange(8)
        if form == 0:
            name = f"{name}: {self.random.choice(['a', '#', 'x'])}"
            return name, self.show(self.put(name))
        if form == 1:
            return f"{name}-x", f"{name}-{self.show(self.put('x'))}"
        if form == 2:
            return f"{name} '", f'"{self.show(self.put(name))} \'"'
        return name, name

    def after_key(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        """The lines of an entry from its key on, and its value."""
        kinds = [self.node, self.node, self.text, self.quoted, self.blocked, self.flow, self.chosen]
        kinds += [
            self.alone,
            self.folded,
            self.anchored,
            self.over_lines,
            self.text_of_tags,
            self.set_block,
        ]
        if depth:
            kinds += [self.below, self.below, self.below_list, self.opened]
        return self.random.choice(kinds)(lead, column, depth)

    def node(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        value = OMIT if self.chance(0.2) else self.value()
        expression = self.put(value)
        if value is not OMIT and self.chance(0.2):
            expression = self.through(expression, value)
        end = "  # note" if self.chance(0.15) else ""
        return [f"{lead} {self.show(expression)}{end}"], value

    def through(self, expression: str, value: Any) -> str:
        """The value by another way: a macro, `tpl`, JSON, YAML, a variable."""
        form = self.random.randrange(5)
        if form == 0:
            name = self.name("one")
            self.head.append(f"{{% macro {name}(v) %}}{{{{ v }}}}{{% endmacro %}}")
            return f"{name}({expression})"
        if form == 1:
            return f"tpl('{{{{ {expression} }}}}')" if "'" not in expression else expression
        if form == 2 and value != "":
            return f"{expression} | toJson"
        if form == 3 and isinstance(value, dict | list) and value:
            return f"{expression} | toYaml"
        name = self.name("x")
        self.head.append(f"{{% set {name} = {expression} %}}")
        return name

    def text(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        """A plain text of several parts."""
        shown, made = self.parts()
        return [f"{lead} {shown}"], made

    def parts(self) -> tuple[str, str]:
        word, value = self.random.choice(WORDS), self.random.choice(["x", "a: b", "#", "1", 8, "'"])
        shown = word + self.show(self.put(value))
        made = f"{word}{value}"
        if self.chance(0.3):
            condition, truth = self.condition()
            shown += f"{{% if {condition} %}}-y{{% endif %}}"
            made += "-y" if truth else ""
        return (shown + "z", made + "z") if self.chance(0.5) else (shown, made)

    def quoted(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        value = self.random.choice([each for each in SCALARS if isinstance(each, str)])
        shown = self.show(self.put(value))
        return self.random.choice(
            [
                ([f'{lead} "a{shown}b"'], f"a{value}b"),
                ([f"{lead} 'a {shown}'"], f"a {value}"),
                ([f'{lead} "{shown}" # c'], value),
            ]
        )

    def blocked(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        value = self.random.choice(["x", "a\nb", "a: b", "#", "{}", " a", "日本"])
        pad = " " * (column + 2)
        lines = [f"{lead} |", f"{pad}first {self.show(self.put(value))}"]
        made = f"first {value}\n"
        if self.chance(0.4):
            condition, truth = self.condition()
            lines += [f"{pad}{{% if {condition} %}}", f"{pad}more: 1", f"{pad}{{% endif %}}"]
            made += "more: 1\n" if truth else ""
        return lines, made

    def alone(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        """A value alone on the line below its key."""
        value = OMIT if self.chance(0.3) else self.value()
        comment = ["# a note"] if self.chance(0.2) else []
        return [lead, *comment, " " * (column + 2) + self.show(self.put(value))], value

    def folded(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        value = self.random.choice(["x", "a: b", "#", "{}", "日本"])
        pad = " " * (column + 2)
        return [f"{lead} >-", f"{pad}one {self.show(self.put(value))}", f"{pad}two"], (
            f"one {value} two"
        )

    def anchored(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        value = self.value()
        name = self.name("a")
        return [f"{lead} &{name} {self.show(self.put(value))}"], value

    def over_lines(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        """An expression that goes on over lines."""
        value = OMIT if self.chance(0.2) else self.value()
        return [f"{lead} {{{{", f"  {self.put(value)}", "}}"], value

    def text_of_tags(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        """A text of a loop, a macro, an included file."""
        items = [
            self.random.choice(["x", "#", 1, "a: b"]) for _ in range(self.random.choice([1, 3]))
        ]
        name, file = self.name("t"), self.name("_text")
        self.head.append(f"{{% macro {name}(v) %}}<{{{{ v }}}}>{{% endmacro %}}")
        self.files[file] = f"in {self.show(self.put('x'))}\n"
        loop = f"{{% for v in {self.put(items)} %}}{{{{ v }}}},{{% endfor %}}"
        looped = "".join(f"{each}," for each in items)
        return self.random.choice(
            [
                ([f"{lead} l{loop}"], f"l{looped}"),
                ([f'{lead} "{loop}"'], looped),
                ([f"{lead} a {self.show(f'{name}(1)')} b"], "a <1> b"),
                ([f'{lead} a{{% include "{file}" %}}b'], "ain xb"),
                ([f'{lead} "{{% include "{file}" %}}"'], "in x"),
                ([f'{lead} [{{% include "{file}" %}}, 1]'], ["in x", 1]),
                ([f"{lead} {self.show(f'{name}(1) ~ 2')}"], "<1>2"),
                ([f"{lead} {self.show(f'{name}(1) | upper')}"], "<1>"),
            ]
        )

    def set_block(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        value, name = self.value(), self.name("b")
        self.head += [f"{{% set {name} %}}", self.show(self.put(value)), "{% endset %}"]
        return [f"{lead} {self.show(name)}"], value

    def flow(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        first = OMIT if self.chance(0.3) else self.value()
        second = OMIT if self.chance(0.2) else self.value()
        one, two = self.show(self.put(first)), self.show(self.put(second))
        made = [each for each in (first, "lit", second) if each is not OMIT]
        pairs = {"a": first, "b": 1, "c": second}
        kept = {key: each for key, each in pairs.items() if each is not OMIT}
        pad = " " * (column + 2)
        return self.random.choice(
            [
                ([f"{lead} [{one}, lit, {two}]"], made),
                ([f"{lead} {{a: {one}, b: 1, c: {two} }}"], kept),
                ([f"{lead} [", f"{pad}{one},", f"{pad}lit,", f"{pad}{two},", f"{pad}]"], made),
                ([f"{lead} {{x: [{one}, lit, {two}]}} # n"], {"x": made}),
            ]
        )

    def chosen(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        """`key: {% if c %}…{% else %}…{% endif %}`."""
        condition, truth = self.condition()
        one = OMIT if self.chance(0.2) else self.value()
        two = self.value()
        first, second = self.show(self.put(one)), self.show(self.put(two))
        form = f"{{% if {condition} %}}{first}{{% else %}}{second}{{% endif %}}"
        return [f"{lead} {form}"], one if truth else two

    def below(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        inner = self.mapping(column + self.random.choice([2, 2, 4]), depth - 1)
        end = "  # note" if self.chance(0.1) else ""
        return [lead + end, *inner.lines], inner.made

    def below_list(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        inner = self.sequence(column + self.random.choice([0, 2]), depth - 1)
        return [lead, *inner.lines], inner.made

    def opened(self, lead: str, column: int, depth: int) -> tuple[list[str], Any]:
        """`key: {% if c %}` with its value on the lines below."""
        condition, truth = self.condition()
        inner = self.mapping(column + 2, depth - 1)
        lines = [f"{lead} {{% if {condition} %}}", *inner.lines, self.tag(column, "endif")]
        return lines, inner.made if truth else None

    def joined(self, part: Part, column: int, depth: int) -> None:
        """A mapping alone on its line."""
        value: Any = self.random.choice([{}, None, {self.name("j"): self.value()}])
        if value is None and self.chance(0.5):
            value = OMIT
        part.lines.append(" " * column + self.show(self.put(value)))
        self.beside(part, value, {})

    def beside(self, part: Part, value: Any, empty: Any) -> None:
        """What joins what stands around it."""
        if value and value is not OMIT:
            if isinstance(part.made, dict):
                part.made.update(value)
            else:
                part.made += value
            part.says = True

    def if_entry(self, part: Part, column: int, depth: int) -> None:
        self.branches(part, column, depth, self.mapping)

    def branches(self, part: Part, column: int, depth: int, inner: Any) -> None:
        """`if`, and perhaps `else`, on lines of their own."""
        condition, truth = self.condition()
        one = inner(column, max(depth - 1, 0))
        lines = [self.tag(column, f"if {condition}"), *one.lines]
        chosen = one if truth else None
        if self.chance(0.4):
            two = inner(column, max(depth - 1, 0))
            lines += [self.tag(column, "else"), *two.lines]
            chosen = one if truth else two
        part.lines += [*lines, self.tag(column, "endif")]
        if chosen is not None:
            self.add(part, chosen)

    def add(self, part: Part, other: Part) -> None:
        if isinstance(part.made, dict):
            part.made.update(other.made)
        else:
            part.made += other.made
        part.says = part.says or other.says

    def loop_entry(self, part: Part, column: int, depth: int) -> None:
        """`for` on lines of its own."""
        items = self.pairs()
        pad = " " * column
        part.lines += [
            self.tag(column, f"for k, v in {self.put(items)} | dictsort"),
            f"{pad}{{{{ k }}}}: {{{{ v }}}}",
            self.tag(column, "endfor"),
        ]
        part.made.update(items)
        part.says = part.says or bool(items)

    def pairs(self) -> dict[str, Any]:
        count = self.random.choice([0, 1, 2, 3])
        return {self.name("l"): self.value() for _ in range(count)}

    def line_loop(self, part: Part, column: int, depth: int) -> None:
        """An entry on the line of its `for`."""
        items = self.pairs()
        pad = " " * column
        head = f"{pad}{{% for k, v in {self.put(items)} | dictsort %}}{{{{ k }}}}: {{{{ v }}}}"
        end = "{% endfor %}"
        part.lines += self.random.choice([[head + end], [head, pad + end]])
        part.made.update(items)
        part.says = part.says or bool(items)

    def line_if(self, part: Part, column: int, depth: int) -> None:
        """Entries on the line of their `if`."""
        condition, truth = self.condition()
        one, two = self.value(), self.value()
        first, second = self.name("i"), self.name("i")
        line = f"{' ' * column}{{% if {condition} %}}{first}: {self.show(self.put(one))}"
        if self.chance(0.5):
            line += f"{{% else %}}{second}: {self.show(self.put(two))}"
            part.made.update({first: one} if truth else {second: two})
            part.says = True
        elif truth:
            part.made[first] = one
            part.says = True
        part.lines.append(line + "{% endif %}")

    def macro_entries(self, part: Part, column: int, depth: int) -> None:
        """A macro's entries, beside others or below a key of their own."""
        inner = self.mapping(0, max(depth - 1, 0))
        name = self.name("m")
        self.head += [f"{{% macro {name}() %}}", *inner.lines, "{% endmacro %}"]
        self.placed(part, column, inner, self.show(f"{name}()"), {})

    def placed(self, part: Part, column: int, inner: Part, shown: str, empty: Any) -> None:
        """What a macro or a file writes, alone on a line or behind a key."""
        if self.chance(0.6) or not isinstance(part.made, dict):
            part.lines.append(" " * column + shown)
            self.add(part, inner)
            return
        if not inner.made:
            return
        key = self.name("k")
        part.lines.append(f"{' ' * column}{key}: {shown}")
        part.made[key] = inner.made
        part.says = True

    def included(self, part: Part, column: int, depth: int) -> None:
        """An included file's entries."""
        inner = Maker(self.random, self.values, [], self.files, self.keys + 1000)
        made_there = inner.mapping(0, max(depth - 1, 0))
        self.keys = inner.keys
        name = self.name("_file")
        self.files[name] = "\n".join([*inner.head, *made_there.lines, ""])
        self.placed(part, column, made_there, f'{{% include "{name}" %}}', {})

    def called(self, part: Part, column: int, depth: int) -> None:
        """A `call` block around entries."""
        inner = self.mapping(column + self.random.choice([0, 2]), 0)
        key, name = self.name("c"), self.name("wrap")
        if not inner.made:
            return
        self.head += [f"{{% macro {name}() %}}", f"{key}: {{{{ caller() }}}}", "{% endmacro %}"]
        pad = " " * column
        part.lines += [f"{pad}{{% call {name}() %}}", *inner.lines, f"{pad}{{% endcall %}}"]
        part.made[key] = inner.made
        part.says = True

    def comment(self, part: Part, column: int, depth: int) -> None:
        part.lines.append(f"{' ' * column}# {self.show(self.put(self.value()))} note")

    def statement(self, part: Part, column: int, depth: int) -> None:
        """A variable, on a line of its own or before the entry that uses it."""
        value, name, key = self.value(), self.name("x"), self.name("k")
        tag = f"{{% set {name} = {self.put(value)} %}}"
        pad = " " * column
        line = f"{key}: {{{{ {name} }}}}"
        part.lines += self.random.choice([[pad + tag, pad + line], [pad + tag + line]])
        part.made[key] = value
        part.says = True

    def with_block(self, part: Part, column: int, depth: int) -> None:
        value, name, key = self.value(), self.name("w"), self.name("k")
        pad = " " * column
        tag, end = f"with {name} = {self.put(value)}", "endwith"
        line = f"{key}: {{{{ {name} }}}}"
        part.lines += self.random.choice(
            [
                [self.tag(column, tag), pad + line, self.tag(column, end)],
                [f"{pad}{{% {tag} %}}{line}{{% {end} %}}"],
            ]
        )
        part.made[key] = value
        part.says = True

    def loop_else(self, part: Part, column: int, depth: int) -> None:
        items, other = self.pairs(), self.value()
        key, pad = self.name("k"), " " * column
        part.lines += [
            self.tag(column, f"for k, v in {self.put(items)} | dictsort"),
            f"{pad}{{{{ k }}}}: {{{{ v }}}}",
            self.tag(column, "else"),
            f"{pad}{key}: {self.show(self.put(other))}",
            self.tag(column, "endfor"),
        ]
        part.made.update(items or {key: other})
        part.says = True

    def jinja_comment(self, part: Part, column: int, depth: int) -> None:
        pad = self.blanks(column)
        part.lines += self.random.choice([[f"{pad}{{# a: b #}}"], [f"{pad}{{# a", "b: c #}"], [""]])

    # Items

    def item(self, part: Part, column: int, depth: int) -> None:
        kinds = [self.plain_item, self.plain_item, self.map_item, self.joined_items, self.if_items]
        kinds += [self.loop_items, self.line_items, self.macro_items, self.nested]
        self.random.choice(kinds)(part, column, depth)

    def plain_item(self, part: Part, column: int, depth: int) -> None:
        kinds = [self.node, self.text, self.quoted, self.flow, self.chosen]
        lines, value = self.random.choice(kinds)(" " * column + "-", column, depth)
        part.lines += lines
        part.says = True
        if value is not OMIT:
            part.made.append(value)

    def map_item(self, part: Part, column: int, depth: int) -> None:
        """`- key: value` with more entries below."""
        inner = Part(made={})
        for _ in range(self.random.choice([1, 2, 2])):
            self.plain_entry(inner, column + 2, max(depth - 1, 0))
        inner.lines[0] = " " * column + "- " + inner.lines[0][column + 2 :]
        part.lines += inner.lines
        part.made.append(inner.made)
        part.says = True

    def nested(self, part: Part, column: int, depth: int) -> None:
        """`- - value`."""
        inner = Part(made=[])
        for _ in range(self.random.choice([1, 2])):
            self.plain_item(inner, column + 2, 0)
        inner.lines[0] = " " * column + "- " + inner.lines[0][column + 2 :]
        part.lines += inner.lines
        part.made.append(inner.made)
        part.says = True

    def joined_items(self, part: Part, column: int, depth: int) -> None:
        """A list alone on its line."""
        value = self.random.choice([[], [self.value()], [self.value(), self.value()]])
        part.lines.append(" " * column + self.show(self.put(value)))
        self.beside(part, value, [])

    def if_items(self, part: Part, column: int, depth: int) -> None:
        self.branches(part, column, depth, self.sequence)

    def loop_items(self, part: Part, column: int, depth: int) -> None:
        items = [self.value() for _ in range(self.random.choice([0, 1, 2, 3]))]
        pad = " " * column
        body, built = self.random.choice(
            [
                ([f"{pad}- {{{{ v }}}}"], items),
                ([f"{pad}- a: {{{{ v }}}}", f"{pad}  b: 1"], [{"a": v, "b": 1} for v in items]),
                ([f"{pad}- {{{{ v or omit }}}}"], [v for v in items if v]),
            ]
        )
        part.lines += [
            self.tag(column, f"for v in {self.put(items)}"),
            *body,
            self.tag(column, "endfor"),
        ]
        part.made += built
        part.says = part.says or bool(items)

    def line_items(self, part: Part, column: int, depth: int) -> None:
        """An item on the line of its `for`."""
        items = [self.value() for _ in range(self.random.choice([0, 1, 2]))]
        pad = " " * column
        head = f"{pad}{{% for v in {self.put(items)} %}}- {{{{ v }}}}"
        end = "{% endfor %}"
        part.lines += self.random.choice([[head + end], [head, pad + end]])
        part.made += items
        part.says = part.says or bool(items)

    def macro_items(self, part: Part, column: int, depth: int) -> None:
        inner = self.sequence(0, max(depth - 1, 0))
        name = self.name("m")
        self.head += [f"{{% macro {name}() %}}", *inner.lines, "{% endmacro %}"]
        part.lines.append(" " * column + self.show(f"{name}()"))
        self.add(part, inner)


@dataclass(frozen=True)
class Case:
    """A template with its partials and values, and the object that it makes."""

    template: str
    files: dict[str, str]
    values: dict[str, Any]
    made: Any


def case(seed: int) -> Case:
    """The template of a seed."""
    maker = Maker(Random(seed), {"nothing": None})
    depth = maker.random.choice([0, 1, 1, 2, 3])
    part = maker.mapping(0, depth) if maker.chance(0.8) else maker.sequence(0, depth)
    template = "\n".join([*maker.head, *part.lines])
    template += "\n" if maker.chance(0.7) else ""
    if maker.chance(0.1):
        template = template.replace("\n", "\r\n")
    return Case(template, maker.files, maker.values, part.made)


def same(found: Any, wanted: Any) -> bool:
    """Whether an object is the one wanted; of what writes nothing at all, null is as good."""
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        return all(same(found[key], wanted[key]) for key in found)
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return all(map(same, found, wanted))
    if found is None and wanted in ({}, []):
        return True
    return bool(found == wanted) and type(found) is type(wanted)
