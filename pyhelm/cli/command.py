"""What a command is, as the tables say it."""

from __future__ import annotations

from pyhelm._dataclass import dataclass
from pyhelm.cli.options import Option


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    `path` is the words that call it, `usage` what follows them in the help; `run` is
    `module:function`, empty for a group of commands; `least` and `most` count the arguments, `most`
    None for any number; of the flags in one tuple of `exclusive`, one may be given; `completes`
    says what each argument is by names of `choices.ARGUMENTS`, the last of which, with `...`, may
    come again.
    """

    path: str
    summary: str
    run: str = ""
    usage: str = ""
    options: tuple[Option, ...] = ()
    least: int = 0
    most: int | None = 0
    aliases: tuple[str, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    completes: str = ""

    @property
    def name(self) -> str:
        """The last word."""
        return self.path.rpartition(" ")[2]

    @property
    def parent(self) -> str:
        """The path of the group that it belongs to; empty for the top."""
        return self.path.rpartition(" ")[0]
