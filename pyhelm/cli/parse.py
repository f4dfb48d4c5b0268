"""Reads a command line against the table: pflag's and cobra's rules, without importing typer.

What is not well formed raises `UsageError` with Helm's words; nothing is run or printed here.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._typing import Any, Sequence
from pyhelm.cli.command import Command
from pyhelm.cli.commands import ROOT, child, children
from pyhelm.cli.flag_values import READERS, ZERO, quoted, wait_warning
from pyhelm.cli.options import GLOBAL, HELP, Option
from pyhelm.errors import UsageError

PROGRAM = "pyhelm"


class UnknownCommand(UsageError):
    """A first word that is no command of ours; a plugin may have one of that name."""

    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__(unknown_command(word))


@dataclass(slots=True)
class Invocation:
    """A command line, read.

    `values` has every option's value by its key, `given` the keys of those that were typed, `flags`
    the names under which they were; `notices` are to be said on standard error before all else.
    """

    command: Command
    values: dict[str, Any]
    args: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)


def parse(argv: Sequence[str], notices: list[str] | None = None) -> Invocation:
    """Read the words after the program's name; raises UsageError.

    `notices` is filled even then: Helm tells of deprecated flags while it reads.
    """
    found = read(*find(argv), notices)
    if _wants_help(found):
        return found
    _check_arguments(found)
    _check_exclusive(found)
    return found


def read(command: Command, words: list[str], notices: list[str] | None = None) -> Invocation:
    """A command's own words, which may be too few or too many; raises UsageError."""
    return _Flags(command, [] if notices is None else notices).read(words)


def find(argv: Sequence[str]) -> tuple[Command, list[str]]:
    """The command that the words call, and the words without its name; raises UsageError."""
    command, words = ROOT, list(argv)
    while (at := _next_word(command, words)) >= 0:
        inner = child(command, words[at])
        if inner is None:
            break
        command = inner
        del words[at]
    if not command.path and at >= 0:
        raise UnknownCommand(words[at])
    return command, words


def options_of(command: Command) -> tuple[Option, ...]:
    """A command's own options, then the global ones."""
    return (*command.options, *GLOBAL, HELP)


def usage_line(command: Command) -> str:
    """`pyhelm install [NAME] [CHART] [flags]`."""
    words = (PROGRAM, command.path, command.usage, "[flags]" if command.run else "[command]")
    return " ".join(word for word in words if word)


def _next_word(command: Command, words: Sequence[str]) -> int:
    """Where the next word is that is neither a flag nor, as cobra guesses, a flag's value."""
    bare = {f"--{o.name}" for o in options_of(command) if o.bare_value}
    bare |= {f"-{o.short}" for o in options_of(command) if o.bare_value and o.short}
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            return -1
        if word and not word.startswith("-"):
            return at
        alone = "=" in word or word in bare or (len(word) != 2 and not word.startswith("--"))
        at += 1 if alone else 2
    return -1


def unknown_command(word: str, group: Command = ROOT) -> str:
    """What is said of a word that is no command of a group's: which ones it may stand for."""
    called = f"{PROGRAM} {group.path}".rstrip()
    text = f"unknown command {quoted(word)} for {quoted(called)}"
    similar = _similar(word, [c.name for c in children(group)])
    return f"{text}{similar}\nRun '{called} --help' for usage."


def _similar(word: str, names: Sequence[str]) -> str:
    found = [name for name in names if _alike(word.lower(), name)]
    if not found:
        return ""
    return "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in found)


def _alike(word: str, name: str) -> bool:
    return name.startswith(word) or _distance(word, name) <= 2


def _distance(one: str, other: str) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
    return row[-1]


class _Flags:
    """The state while one command's words are read."""

    def __init__(self, command: Command, notices: list[str]) -> None:
        options = options_of(command)
        self.by_name = {option.name: option for option in options}
        self.by_short = {option.short: option for option in options if option.short}
        self.found = Invocation(command, {}, notices=notices)
        for option in options:
            self._default(option)

    def read(self, words: list[str]) -> Invocation:
        """Take all words, in their order."""
        rest = words[::-1]
        while rest:
            word = rest.pop()
            if word == "--":
                self.found.args += rest[::-1]
                break
            if word.startswith("--"):
                self._long(word, rest)
            elif len(word) > 1 and word[0] == "-":
                self._short(word[1:], rest)
            else:
                self.found.args.append(word)
        return self.found

    def _default(self, option: Option) -> None:
        zero = ZERO[option.type]
        if option.key not in self.found.values:
            text = option.default
            self.found.values[option.key] = READERS[option.type](zero, text) if text else zero

    def _long(self, word: str, rest: list[str]) -> None:
        name, equals, value = word[2:].partition("=")
        if not name or name[0] == "-":
            raise UsageError(f"bad flag syntax: {word}")
        option = self.by_name.get(name)
        if option is None:
            known = [f"--{o.name}" for o in self.by_name.values() if not o.deprecated]
            similar = _similar(f"--{name}", known) if len(name) > 2 else ""
            raise UsageError(f"unknown flag: --{name}{similar}".rstrip())
        if equals:
            self._set(option, value)
        elif option.bare_value:
            self._set(option, option.bare_value)
        elif rest:
            self._set(option, rest.pop())
        else:
            raise UsageError(f"flag needs an argument: --{name}")

    def _short(self, letters: str, rest: list[str]) -> None:
        while letters:
            option = self.by_short.get(letters[0])
            if option is None:
                raise UsageError(f"unknown shorthand flag: '{letters[0]}' in -{letters}")
            if len(letters) > 2 and letters[1] == "=":
                return self._set(option, letters[2:])
            if option.bare_value:
                self._set(option, option.bare_value)
                letters = letters[1:]
            elif letters[1:] or rest:
                return self._set(option, letters[1:] or rest.pop())
            else:
                raise UsageError(f"flag needs an argument: '{letters[0]}' in -{letters}")
        return None

    def _set(self, option: Option, text: str) -> None:
        first = option.key not in self.found.given
        before = ZERO[option.type] if first else self.found.values[option.key]
        try:
            value = READERS[option.type](before, text)
        except ValueError as exc:
            message = f"invalid argument {quoted(text)} for {quoted(option.title)} flag: {exc}"
            raise UsageError(message) from None
        self.found.values[option.key] = value
        self.found.given.add(option.key)
        self.found.flags.add(option.name)
        self._notice(option, text)

    def _notice(self, option: Option, text: str) -> None:
        if option.deprecated:
            notice = f"Flag --{option.name} has been deprecated, {option.deprecated}"
            self.found.notices.append(notice)
        elif option.type == "WaitStrategy" and wait_warning(text):
            # Helm logs this while it reads, and tells of what is deprecated afterwards.
            logged = sum(notice.startswith("level=") for notice in self.found.notices)
            warning = f"level=WARN msg={quoted(wait_warning(text))}"
            self.found.notices.insert(logged, warning)


def _wants_help(found: Invocation) -> bool:
    return bool(found.values["help"]) or not found.command.run


def _check_arguments(found: Invocation) -> None:
    command, count = found.command, len(found.args)
    if command.least <= count and (command.most is None or count <= command.most):
        return
    raise UsageError(
        f"{quoted(f'{PROGRAM} {command.path}')} {_arity(command)}\n\nUsage:  {usage_line(command)}"
    )


def _arity(command: Command) -> str:
    if command.most == 0:
        return "accepts no arguments"
    if command.most is None:
        return f"requires at least {_arguments(command.least)}"
    if command.least == command.most:
        return f"requires {_arguments(command.least)}"
    return f"accepts at most {_arguments(command.most)}"


def _arguments(count: int) -> str:
    return f"{count} argument" if count == 1 else f"{count} arguments"


def _check_exclusive(found: Invocation) -> None:
    for group in found.command.exclusive:
        used = sorted(name for name in group if name in found.flags)
        if len(used) > 1:
            raise UsageError(
                f"if any flags in the group [{' '.join(group)}] are set none of the others can be;"
                f" [{' '.join(used)}] were all set"
            )
