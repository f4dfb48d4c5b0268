"""Where a user's values come from, in Helm's order of precedence: files first, then the flags."""

from __future__ import annotations

from pyhelm._dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSources:
    """The VALUES group of Helm's flags, each as often as it was given.

    Helm applies them as: `files` (-f), `set_json`, `set`, `set_string`, `set_file`, `set_literal`.
    """

    files: tuple[str, ...] = ()
    set_json: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    set_string: tuple[str, ...] = ()
    set_file: tuple[str, ...] = ()
    set_literal: tuple[str, ...] = ()


def url_fault(path: str) -> str:
    """Why Go can't read a path as a URL, in its words; empty if it can.

    Helm takes every file of values for a URL at first, and refuses what is none.
    """
    text, _, fragment = path.partition("#")
    head, colon, rest = text.partition(":")
    if colon and not head:
        return f'parse "{path}": missing protocol scheme'
    if not (colon and _is_scheme(head)):
        if ":" in text.partition("?")[0].partition("/")[0]:
            return f'parse "{path}": first path segment in URL cannot contain colon'
        rest = text
    elif not rest.startswith("/"):
        rest = ""
    found = _bad_escape(rest.partition("?")[0]) or _bad_escape(fragment)
    return f'parse "{path}": invalid URL escape "{found}"' if found else ""


def _is_scheme(text: str) -> bool:
    plain = text.replace("+", "").replace("-", "").replace(".", "")
    return text.isascii() and text[0].isalpha() and plain.isalnum()


def _bad_escape(text: str) -> str:
    """The first `%` that no two hexadecimal digits follow, with what follows."""
    for part in text.split("%")[1:]:
        digits = part[:2]
        if len(digits) < 2 or not set(digits) <= set("0123456789abcdefABCDEF"):
            at = text.index(f"%{part}")
            return text[at : at + 3]
    return ""
