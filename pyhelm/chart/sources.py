"""Where a user's values come from, in Helm's order of precedence: files first, then the flags."""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSources:
    """The VALUES group of Helm's flags, each as often as it was given.

    Helm applies them as: `files` (-f), `set_json`, `set`, `set_string`, `set_file`, `set_literal`.
    What the flags say stays out of `repr`: passwords are among it.
    """

    files: tuple[str, ...] = ()
    set_json: tuple[str, ...] = field(default=(), repr=False)
    set: tuple[str, ...] = field(default=(), repr=False)
    set_string: tuple[str, ...] = field(default=(), repr=False)
    set_file: tuple[str, ...] = ()
    set_literal: tuple[str, ...] = field(default=(), repr=False)


def shown(path: str) -> str:
    """A file's path, or a URL without what may be secret: its user, and what follows `?`."""
    scheme, mark, rest = path.partition("://")
    host, slash, inner = rest.partition("/")
    if not mark:
        return "standard input" if path.strip() == "-" else path
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{inner.partition('?')[0]}"
