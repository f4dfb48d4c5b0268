"""What compiling gives, and what is kept of it between runs."""

from __future__ import annotations

from typing import NamedTuple


class Compiled(NamedTuple):
    """One template: its name, its function's code as marshal writes it, the functions it calls.

    `is_empty` says that it is blank; the main template of a source has no name of its own.
    """

    name: str
    code: bytes
    uses: tuple[str, ...]
    is_empty: bool
