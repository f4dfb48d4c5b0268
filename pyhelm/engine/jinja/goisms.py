"""Go's template language in a Jinja template: what an action of it is in Jinja."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm._lazy import lazy_pattern
from pyhelm._typing import TypeAlias

_OBJECTS = "Values|Release|Chart|Files|Capabilities|Template|Subcharts"
_TEXTS = lazy_pattern(r"""(?s)"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`""")
_ROOTED = lazy_pattern(rf"(?<![\w\]).}}\x00])\.({_OBJECTS})\b")
_DOT = lazy_pattern(r"(?<![\w\]).}\x00])\.(?:\s|\Z|\)|[A-Za-z_])")
_APPLIED = lazy_pattern(r"(?:\A|[|(])\s*(?!not\b)[A-Za-z]\w*\s+(?:\x00|\d)")
_KEYWORD = lazy_pattern(
    r"(if|else if|range|with|define|template|block|end|else|break|continue)(?:\s+(.*))?\Z"
)
_ACTION = lazy_pattern(
    r"(?:end|else|break|continue)\Z|(?:else )?if\s|"
    r"(?:range|with|define|template|block)\s+[\x00.$]"
)
_LOOP = lazy_pattern(r"(?:range|with)\s+(?!(?:in|is|if|and|or|not)\b)\w+\s+\w+")
_CONTINUED = lazy_pattern(r"\s*\n\s*\.")
_BINDING = lazy_pattern(r"\$(\w+)(?:\s*,\s*\$(\w+))?\s*:?=\s*(.*)\Z")
_TOKEN = lazy_pattern(r"""(?s)("(?:\\.|[^"\\])*"|`[^`]*`)|([()|])|([^\s()|"`]+)""")
_NUMBER = lazy_pattern(r"-?\d[\w.]*\Z")

Operand: TypeAlias = "str | list[list[Operand]]"
"""A word, or a pipeline in brackets."""

_INFIX = {
    "and": "and",
    "or": "or",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
_BLOCKS = {"if": "if", "else if": "elif"}
_ALONE = {
    "else": "{% else %}",
    "end": "{% endif %}, {% endfor %} or {% endmacro %}",
    "break": "{% break %}",
    "continue": "{% continue %}",
}


_LAYOUT = ("nindent", "indent", "toYaml")
"""What values and macros need not in Jinja: they are written as YAML where they stand."""


class _Unclear(Exception):
    """An action that can't be told in Jinja."""


def is_go(inner: str, *, is_tag: bool = False) -> bool:
    """Whether what stands between delimiters is Go's, beyond doubt."""
    text = inner.strip()
    if text.startswith("/*"):
        return not is_tag
    # Jinja goes on with a dot on the next line, too.
    bare = _CONTINUED.sub(".", _TEXTS.sub("\x00", text))
    if not is_tag and (_ACTION.match(bare) or _LOOP.match(bare)):
        return True
    return "$" in bare or bool(_ROOTED.search(bare)) or bool(_DOT.search(bare))


def is_applied(inner: str) -> bool:
    """Whether a function's arguments follow it as in Go: `| trunc 63`."""
    return bool(_APPLIED.search(_TEXTS.sub("\x00", inner)))


def in_jinja(inner: str) -> str:
    """What an action of Go's templates is in Jinja, with delimiters; empty where it isn't clear."""
    text = " ".join(inner.split())
    if text.startswith("/*"):
        return f"{{# {text.removeprefix('/*').removesuffix('*/').strip()} #}}"
    try:
        keyword = _KEYWORD.match(text)
        return _keyword(keyword[1], keyword[2] or "") if keyword else _value(text)
    except _Unclear:
        return ""


def tag_in_jinja(name: str, inner: str) -> str:
    """The same for what stands in a tag, `{% if .Values.a %}`."""
    rest = inner.strip().removeprefix(name).strip()
    if name in ("if", "elif"):
        try:
            return f"{{% {name} {_pipeline(rest)} %}}"
        except _Unclear:
            return ""
    plain = _ROOTED.sub(lambda found: found[1], inner.strip())
    return "" if "$" in inner else f"{{% {plain} %}}"


def _value(text: str) -> str:
    binding = _BINDING.match(text)
    if binding and not binding[2]:
        return f"{{% set {binding[1]} = {_pipeline(binding[3])} %}}"
    return f"{{{{ {_pipeline(text)} }}}}"


def _keyword(name: str, rest: str) -> str:
    if name in _ALONE:
        return _ALONE[name]
    if name in _BLOCKS:
        return f"{{% {_BLOCKS[name]} {_pipeline(rest)} %}}"
    if name == "range":
        return _loop(rest)
    if name == "with":
        binding = _BINDING.match(rest)
        if binding:
            return f"{{% set {binding[1]} = {_pipeline(binding[3])} %}}"
        return f"{{% if {_pipeline(rest)} %}}"
    macro = _macro(rest.partition(" ")[0])
    return f"{{% macro {macro} %}}" if name == "define" else f"{{{{ {macro} }}}}"


def _loop(rest: str) -> str:
    binding = _BINDING.match(rest)
    if not binding:
        return f"{{% for item in {_pipeline(rest)} %}}"
    first, second, over = binding.groups()
    if second:
        return f"{{% for {first}, {second} in {_pipeline(over)} | items %}}"
    return f"{{% for {first} in {_pipeline(over)} %}}"


def _macro(quoted: str) -> str:
    """`"web.labels"` is called `labels()`."""
    name = quoted.strip('"`').rpartition(".")[2].replace("-", "_")
    if not name.isidentifier():
        raise _Unclear
    return f"{name}()"


@dataclass(slots=True)
class _Reader:
    """The tokens of a pipeline that are still to be read."""

    tokens: list[str]

    def pipeline(self) -> list[list[Operand]]:
        commands: list[list[Operand]] = [[]]
        while self.tokens:
            token = self.tokens.pop(0)
            if token == ")":
                break
            if token == "|":
                commands.append([])
            else:
                commands[-1].append(self.pipeline() if token == "(" else token)
        if not all(commands):
            raise _Unclear
        return commands


def _pipeline(text: str) -> str:
    tokens = [match[0] for match in _TOKEN.finditer(text)]
    if tokens.count("(") != tokens.count(")"):
        raise _Unclear
    return _piped(_Reader(tokens).pipeline())


def _piped(commands: list[list[Operand]]) -> str:
    first, *rest = commands
    shown = _command(first)
    if rest and " " in shown and first[0] in (*_INFIX, "not"):
        shown = f"({shown})"
    for name, *arguments in rest:
        if name in _LAYOUT and first[0] in ("include", "toYaml"):
            continue
        listed = ", ".join(map(_operand, arguments))
        shown += f" | {name}({listed})" if listed else f" | {_operand(name)}"
    return shown


def _command(words: list[Operand]) -> str:
    name, *arguments = words
    if not arguments:
        return _operand(name)
    if not isinstance(name, str):
        raise _Unclear
    if name == "tpl":
        arguments = [each for each in arguments if each not in (".", "$")]
        if not arguments:
            raise _Unclear
    if name in ("include", "template") and isinstance(arguments[0], str):
        return _macro(arguments[0])
    shown = [_operand(each) for each in arguments]
    if name in _INFIX:
        return _infix(name, shown)
    if name == "not":
        return f"not {shown[0]}"
    if name == "toYaml":
        return shown[0]
    if name == "index":
        return shown[0] + "".join(f"[{each}]" for each in shown[1:])
    if name == "default" and len(shown) == 2:
        return f"{shown[1]} | default({shown[0]})"
    return f"{_operand(name)}({', '.join(shown)})"


def _infix(name: str, shown: list[str]) -> str:
    # Go's `eq a b c` is true where one is equal; Python's `a == b == c` where all are.
    if len(shown) != 2 and not (name in ("and", "or") and shown[1:]):
        raise _Unclear
    return f" {_INFIX[name]} ".join(shown)


def _operand(word: Operand) -> str:
    if isinstance(word, list):
        text = _piped(word)
        return f"({text})" if " " in text else text
    if word in ("nil", "."):
        return "none" if word == "nil" else "item"
    if word[:1] == '"':
        return word
    if word[:1] == "`":
        raw = word[1:-1].replace("\\", "\\\\").replace('"', '\\"')
        return f'"{raw}"'
    if _NUMBER.match(word):
        return word
    return _path(word)


def _path(word: str) -> str:
    """`.Values.a`, `$.Values.a` and `$x.a`; a dot of another kind is a loop's item."""
    parts = word.removeprefix("$").split(".")
    if word == "$" or not all(part.isidentifier() for part in parts[not parts[0] :]):
        raise _Unclear
    if parts[0] or word.startswith("$."):
        return word.removeprefix("$").removeprefix(".")
    return ".".join(parts[1:] if parts[1] in _OBJECTS.split("|") else ["item", *parts[1:]])
