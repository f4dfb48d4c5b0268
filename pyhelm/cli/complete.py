"""`pyhelm __complete WORDS…`: what may follow on a command line, told as cobra tells it.

Each line has a word and, after a tab, what it means; the last one has a colon and a directive. The
last of the words is the one that is being typed, empty after a blank. `__completeNoDesc` leaves
the meanings out.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, replace
from pyhelm._typing import Callable, Mapping, Sequence
from pyhelm.cli.call import Call
from pyhelm.cli.choices import (
    ACTIVE_HELP,
    DIRECTIVES,
    FILES,
    Choice,
    Offer,
    argument,
    flag_value,
    subcommands,
)
from pyhelm.cli.command import Command
from pyhelm.cli.commands import ROOT
from pyhelm.cli.options import GLOBAL, HELP, Option
from pyhelm.cli.parse import PROGRAM, Invocation, UnknownCommand, find, options_of, read
from pyhelm.cli.terminal import Terminal
from pyhelm.errors import PyHelmError, UsageError

REQUESTS = ("__complete", "__completeNoDesc")
_LISTS = ("stringArray", "strings", "stringToString")

Calls = Callable[[Invocation], Call]
"""Makes of a command line so far what its command would be given."""


@dataclass(frozen=True, slots=True)
class Line:
    """A command line so far: the words before, the word being typed, and the flag whose value
    that word is."""

    command: Command
    words: tuple[str, ...]
    word: str
    flag: Option | None = None
    after_dashes: bool = False


def answer(argv: Sequence[str], terminal: Terminal, env: Mapping[str, str], calls: Calls) -> int:
    """Print the answer to a request; raises UsageError where no word was given."""
    request, *words = argv
    if not words:
        raise UsageError("requires at least 1 arg(s), only received 0")
    offer = _offer(words, terminal, env, calls)
    helping = env.get("PYHELM_ACTIVE_HELP") != "0" != env.get("COBRA_ACTIVE_HELP")
    for word, meaning in offer.choices:
        if helping or not word.startswith(ACTIVE_HELP):
            text = f"{word}\t{meaning}" if request == REQUESTS[0] else word
            terminal.line(text.partition("\n")[0].strip())
    terminal.line(f":{offer.directive}")
    names = [name for bit, name in DIRECTIVES.items() if offer.directive & bit]
    terminal.note(f"Completion ended with directive: {', '.join(names) or DIRECTIVES[FILES]}")
    return 0


def _offer(words: list[str], terminal: Terminal, env: Mapping[str, str], calls: Calls) -> Offer:
    try:
        line = _line(words)
        found = read(line.command, list(line.words))
    except UnknownCommand as exc:
        from pyhelm.cli.plugin_complete import complete

        return complete(words, exc.word, env)
    except UsageError as exc:
        terminal.note(f"[Error] {exc}")
        return Offer(directive=FILES)
    if found.values["help"]:
        return Offer()
    if line.flag is None and line.word.startswith("-") and not line.after_dashes:
        return _flag_names(found, line.word)
    call = calls(found)
    try:
        return _asked(call, line)
    finally:
        call.close()


def _asked(call: Call, line: Line) -> Offer:
    """A cluster or a file that can't be read means no offers, not an error."""
    try:
        if line.flag is not None:
            return flag_value(call, line.flag, line.word)
        return argument(call, line.word) if line.command.run else _commands(call, line.word)
    except (PyHelmError, OSError) as exc:
        call.terminal.note(f"[Error] {exc}")
        return Offer(directive=FILES)


def _line(words: list[str]) -> Line:
    """The last word belongs to a flag: `--name wo`, `--name=wo`, `-n wo`, `-n=wo`; or to none."""
    *before, word = words
    command, rest = find(before)
    line = Line(command, tuple(rest), word)
    if "--" in rest:
        return replace(line, after_dashes=True)
    if word.startswith("-"):
        name, equals, value = word.partition("=")
        return replace(line, word=value, flag=_option(command, name)) if equals else line
    last = rest[-1] if rest else ""
    if not last.startswith("-") or "=" in last or last == "-":
        return line
    option = _option(command, last)
    if option.bare_value:
        return line
    return replace(line, words=tuple(rest[:-1]), flag=option)


def _option(command: Command, text: str) -> Option:
    """The flag that `--name`, `-n`, or the last letter of `-xn` means; raises UsageError."""
    long = text.startswith("--")
    name = text[2:] if long else text[-1:]
    for option in options_of(command):
        if name == (option.name if long else option.short):
            return option
    raise UsageError(f"Subcommand '{command.name or PROGRAM}' does not support flag '{name}'")


def _flag_names(found: Invocation, word: str) -> Offer:
    """The flags that may still be given, global ones first, by name."""
    excluded = {n for group in found.command.exclusive if found.flags & {*group} for n in group}
    taken = {o.name for o in options_of(found.command) if o.type not in _LISTS} & found.flags
    choices: list[Choice] = []
    for option in (*_by_name(GLOBAL), *_by_name((*found.command.options, HELP))):
        if not option.deprecated and option.name not in taken | (excluded - found.flags):
            names = [f"--{option.name}", *([f"-{option.short}"] if option.short else [])]
            choices += [(name, option.help) for name in names if name.startswith(word)]
    return Offer(tuple(choices))


def _by_name(options: Sequence[Option]) -> list[Option]:
    return sorted(options, key=lambda option: option.name)


def _commands(call: Call, word: str) -> Offer:
    """The commands of a group, and at the top those that plugins add."""
    if call.args:
        return Offer(directive=FILES)
    own = subcommands(call.command, "")
    if call.command is ROOT:
        from pyhelm.cli.plugin_complete import added

        own = sorted({**dict(added(call.settings)), **dict(own)}.items())
    return Offer(tuple(choice for choice in own if choice[0].startswith(word)))
