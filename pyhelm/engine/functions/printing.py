"""text/template's own printers: print, printf, println, and the escapers html, js and urlquery."""

from __future__ import annotations

from pyhelm._typing import Any, Callable
from pyhelm.engine.functions.fmt import sprint, sprintf, sprintln
from pyhelm.engine.functions.limits import bounded
from pyhelm.engine.functions.quoting import octets
from pyhelm.engine.functions.text import to_text

_HTML: dict[str, str | int | None] = {
    "\0": "\ufffd",
    '"': "&#34;",
    "'": "&#39;",
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
}
_JS = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "<": "\\u003C",
    ">": "\\u003E",
    "&": "\\u0026",
    "=": "\\u003D",
}


def evaluated(values: tuple[Any, ...]) -> str:
    """One text as it is, else all as Sprint shows them."""
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return sprint(["<no value>" if each is None else each for each in values])


def html(*values: Any) -> str:
    """Escaped for HTML."""
    text = evaluated(values)
    bounded(len(text) * 2, "html")
    return text.translate(str.maketrans(_HTML))


def js(*values: Any) -> str:
    """Escaped for JavaScript's strings."""
    return "".join(map(_js_char, evaluated(values)))


def _js_char(char: str) -> str:
    if char in _JS:
        return _JS[char]
    code = ord(char)
    if code < 0x20:
        return f"\\u{code:04X}"
    if code < 0x80 or char.isprintable():
        return char
    return char if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04X}"


def urlquery(*values: Any) -> str:
    """Escaped for a URL's query."""
    from urllib.parse import quote_plus

    return quote_plus(octets(evaluated(values)), safe="")


def print_natural(*values: Any) -> str:
    """For Jinja: as text, with blanks between two that are no strings."""
    out = ""
    for index, value in enumerate(values):
        blank = index and not isinstance(value, str) and not isinstance(values[index - 1], str)
        out += (" " if blank else "") + ("<nil>" if value is None else to_text(value))
    return out


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "html": html,
    "js": js,
    "print": print_natural,
    "printf": lambda template, *values: sprintf(template, values, natural=True),
    "println": lambda *values: " ".join(to_text(each) for each in values) + "\n",
    "urlquery": urlquery,
}

GO_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "print": lambda *values: sprint(values),
    "printf": lambda template, *values: sprintf(template, values),
    "println": lambda *values: sprintln(values),
}
