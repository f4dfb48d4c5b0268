"""The help page of a command, as text of a width: what it does, how it is called, its flags.

Names stand whole, however narrow the terminal is; what they mean goes below where there is no room
beside them.
"""

from __future__ import annotations

import textwrap

from pyhelm._typing import Iterable, Sequence
from pyhelm.cli.command import Command
from pyhelm.cli.commands import children
from pyhelm.cli.manual import MANUAL
from pyhelm.cli.options import HELP, Option
from pyhelm.cli.parse import PROGRAM, usage_line

NARROWEST, WIDEST = 40, 120

_KINDS = {
    "WaitStrategy": "watcher|hookOnly|legacy",
    "CRDs": "create|apply|skip",
    "Progress": "auto|live|plain|json|none",
    "format": "table|json|yaml",
}


def columns() -> int:
    """The width of the page: the terminal's, within reason, and 80 where there is none."""
    import shutil

    return min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)


def page(command: Command, width: int) -> str:
    """The page of one command."""
    sections = [_about(command, width), f"Usage:\n  {usage_line(command)}"]
    if command.aliases:
        sections.append(f"Aliases:\n  {', '.join((command.name, *command.aliases))}")
    inner = sorted((each.name, each.summary) for each in children(command))
    if inner:
        sections.append(_section("Available Commands", inner, width))
    sections += [_section(title, flags(own), width) for title, own in _panels(command)]
    hints = [f'Use "{PROGRAM} options" for the flags that every command takes.']
    if inner:
        hints.insert(
            0, f'Use "{PROGRAM} {command.path} [command] --help" for a command\'s own page.'
        )
    return "\n\n".join((*sections, "\n".join(filled(each, width) for each in hints))) + "\n"


def flags(options: Iterable[Option]) -> list[tuple[str, str]]:
    """Each flag, by name, with what it takes, and what it means."""
    ordered = sorted(options, key=lambda option: option.name)
    return [(_flag(option), _described(option)) for option in ordered if not option.deprecated]


def definitions(rows: Sequence[tuple[str, str]], width: int) -> str:
    """Names on the left, what they mean on the right, or below where a name is long."""
    longest = max(len(name) for name, _ in rows)
    left = longest if longest <= width // 2 else min(longest, width // 4)
    lines = []
    for name, meaning in rows:
        wrapped = _wrapped(meaning, width - left - 5) or [""]
        if len(name) > left:
            lines.append(f"  {name}")
            wrapped.insert(0, "")
        else:
            lines.append(f"  {name:{left}}   {wrapped[0]}".rstrip())
        lines += [f"  {'':{left}}   {line}" for line in wrapped[1:]]
    return "\n".join(lines)


def filled(text: str, width: int) -> str:
    """A paragraph in lines of a width; words are never parted."""
    return "\n".join(_wrapped(text, width))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _about(command: Command, width: int) -> str:
    summary = f"{command.summary[:1].upper()}{command.summary[1:].removesuffix('.')}."
    paragraphs = MANUAL.get(command.path, summary).strip().split("\n\n")
    return "\n\n".join(
        part.removeprefix("\b\n") if part.startswith("\b") else filled(part, width)
        for part in paragraphs
    )


def _section(title: str, rows: Sequence[tuple[str, str]], width: int) -> str:
    return f"{title}:\n{definitions(rows, width)}"


def _panels(command: Command) -> list[tuple[str, list[Option]]]:
    found: dict[str, list[Option]] = {"Flags": [HELP]}
    for option in command.options:
        found.setdefault(option.group, []).append(option)
    return list(found.items())


def _flag(option: Option) -> str:
    short = f"-{option.short}, " if option.short else "    "
    kind = "" if option.type == "bool" else f" {_KINDS.get(option.type, option.type)}"
    return f"{short}--{option.name}{kind}"


def _described(option: Option) -> str:
    if not option.default:
        return option.help
    default = f'"{option.default}"' if option.type == "string" else option.default
    return f"{option.help} (default {default})"
