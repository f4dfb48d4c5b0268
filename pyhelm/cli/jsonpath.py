"""kubectl's JSONPath templates (`{.image.tag}`, `{range .items[*]}…{end}`) for `--jsonpath`.

The language is that of the Kubernetes documentation, "JSONPath Support"; text outside of braces
is printed as it is.
"""

from __future__ import annotations

import operator
import re

from pyhelm._lazy import lazy_pattern
from pyhelm._typing import Any, Callable, Iterator, Sequence
from pyhelm.cli.output import sorted_keys, to_json
from pyhelm.errors import UsageError

_TEMPLATE = lazy_pattern(r"\{((?:[^{}'\"]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")*)\}|([^{]+)|(\{)")
_STEP = lazy_pattern(
    r"\s*(?:"
    r"(?P<root>[$@])"
    r"|\.\.(?P<deep>[\w\-\\/*]+)"
    r"|\.(?P<field>(?:[\w\-/*]|\\.)+)"
    r"|\[\s*\?\((?P<filter>(?:[^()'\"]|'[^']*'|\"[^\"]*\")*)\)\s*\]"
    r"|\[(?P<index>(?:[^\]'\"]|'[^']*'|\"[^\"]*\")*)\]"
    r"|\.(?=\s*$|\[)"
    r")"
)
_TEXT = lazy_pattern(r"\s*(?:'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\")\s*\Z")
_COMPARISON = lazy_pattern(r"(?s)(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)\Z")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def evaluate(template: str, data: Any) -> str:
    """Fill a template; raises UsageError for a bad one, or a field that is not there."""
    pieces = _pieces(template)
    text, rest = _run(template, pieces, data, data)
    if rest:
        raise _bad(template, "not in range, nothing to end")
    return text


def _pieces(template: str) -> list[tuple[str, str]]:
    pieces = []
    for match in _TEMPLATE.finditer(template):
        action, text, unclosed = match.groups()
        if unclosed:
            raise _bad(template, "unclosed action")
        pieces.append(("text", text) if action is None else ("action", action.strip()))
    return pieces


def _run(
    template: str, pieces: Sequence[tuple[str, str]], data: Any, here: Any
) -> tuple[str, Sequence[tuple[str, str]]]:
    """Print pieces until `{end}`; returns the text and what follows the end."""
    printed = ""
    while pieces:
        (kind, content), pieces = pieces[0], pieces[1:]
        if kind == "text":
            printed += content
        elif content == "end":
            return printed, [("end", ""), *pieces]
        elif content.startswith("range"):
            text, pieces = _range(template, content[5:], pieces, data, here)
            printed += text
        else:
            printed += _print(_results(template, content, data, here))
    return printed, []


def _range(
    template: str, path: str, pieces: Sequence[tuple[str, str]], data: Any, here: Any
) -> tuple[str, Sequence[tuple[str, str]]]:
    items = _results(template, path, data, here)
    text, rest = "", _run(template, pieces, data, items[0])[1] if items else _skip(pieces)
    if not rest:
        raise _bad(template, "unterminated range")
    for item in items:
        text += _run(template, pieces, data, item)[0]
    return text, rest[1:]


def _skip(pieces: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    depth = 0
    for at, (kind, content) in enumerate(pieces):
        if kind == "action" and content.startswith("range"):
            depth += 1
        if kind == "action" and content == "end":
            if not depth:
                return pieces[at:]
            depth -= 1
    return []


def _results(template: str, action: str, data: Any, here: Any) -> list[Any]:
    text = _TEXT.match(action)
    if text:
        return [_unescaped(text[1] if text[1] is not None else text[2])]
    found, position = [here], 0
    while position < len(action.rstrip()):
        step = _STEP.match(action, position)
        if step is None or step.end() == position:
            raise _bad(template, f"unrecognized text {action[position:]!r}")
        found = list(_step(template, step, found, data))
        position = step.end()
    return found


def _step(template: str, step: re.Match[str], found: list[Any], data: Any) -> Iterator[Any]:
    kind, text = step.lastgroup, step[step.lastgroup] if step.lastgroup else ""
    for value in found:
        if kind == "root":
            yield data if text == "$" else value
        elif kind == "field":
            yield from _field(template, value, re.sub(r"\\(.)", r"\1", text))
        elif kind == "deep":
            yield from _deep(value, text)
        elif kind == "filter":
            yield from (item for item in _items(value) if _matches(template, text, item, data))
        elif kind == "index":
            yield from _index(template, value, text)
        else:
            yield value


def _field(template: str, value: Any, name: str) -> Iterator[Any]:
    if name == "*":
        yield from _items(value)
    elif isinstance(value, dict) and name in value:
        yield value[name]
    else:
        raise _bad(template, f"{name} is not found")


def _deep(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict) and (name in value or name == "*"):
        yield from _items(value) if name == "*" else (value[name],)
    for item in _items(value):
        if isinstance(item, dict | list):
            yield from _deep(item, name)


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=str)]
    return value if isinstance(value, list) else []


def _index(template: str, value: Any, text: str) -> Iterator[Any]:
    for part in re.findall(r"'[^']*'|\"[^\"]*\"|[^,]+", text):
        word = part.strip()
        if word[:1] in ("'", '"'):
            yield from _field(template, value, word[1:-1])
        elif word == "*":
            yield from _items(value)
        else:
            yield from _elements(template, value, word)


def _elements(template: str, value: Any, word: str) -> Iterator[Any]:
    if not re.fullmatch(r"-?\d+|-?\d*(:-?\d*){1,2}", word):
        raise _bad(template, f"invalid array index {word}")
    if not isinstance(value, list):
        raise _bad(template, f"[{word}]: not an array")
    if ":" in word:
        yield from value[slice(*(int(part) if part else None for part in word.split(":")))]
        return
    if not -len(value) <= int(word) < len(value):
        raise _bad(template, f"array index out of bounds: index {word}, length {len(value)}")
    yield value[int(word)]


def _matches(template: str, text: str, item: Any, data: Any) -> bool:
    comparison = _COMPARISON.match(text.strip())
    try:
        if comparison is None:
            return bool(_results(template, text.strip(), data, item))
        left, symbol, right = comparison.groups()
        return _OPERATORS[symbol](
            _operand(template, left, item, data), _operand(template, right, item, data)
        )
    except (UsageError, TypeError):
        return False


def _operand(template: str, text: str, item: Any, data: Any) -> Any:
    word = text.strip()
    if re.fullmatch(r"-?\d+(\.\d+)?", word):
        return float(word)
    if word in ("true", "false"):
        return word == "true"
    found = _results(template, word, data, item)
    return found[0] if found else None


def _print(values: list[Any]) -> str:
    return " ".join(_printed(value) for value in values)


def _printed(value: Any) -> str:
    if isinstance(value, dict | list):
        return to_json(sorted_keys(value)).rstrip("\n")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text)


def _bad(template: str, why: str) -> UsageError:
    return UsageError(f"error parsing jsonpath {template}: {why}")
