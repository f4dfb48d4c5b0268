"""What costs nothing until it is used: importing `re`, `logging` and `functools` takes longer
than a short command may."""

from __future__ import annotations

import sys

from pyhelm._typing import TYPE_CHECKING, Any, Callable, Mapping, TypeVar, cast

if TYPE_CHECKING:
    import re

T = TypeVar("T")

MOST_KNOWN = 8192
"""Texts for which a cached function knows its answer."""

Sink = Callable[[str, str, Mapping[str, str]], None]
"""Takes a level (`debug`, `info`, `warning`, `error`), a message and attributes."""

_sinks: list[Sink] = []


def lazy_pattern(text: str) -> re.Pattern[str]:
    """`re.compile`, done when the pattern is first looked at."""
    return cast("re.Pattern[str]", _Pattern(text))


def lazy_pattern_bytes(text: bytes) -> re.Pattern[bytes]:
    """The same over bytes."""
    return cast("re.Pattern[bytes]", _Pattern(text))


def logger_of(name: str) -> Logger:
    """`logging.getLogger`, done when there is something to log."""
    return Logger(name)


def log_to(*sinks: Sink) -> None:
    """Hand records to a program's own output; without a sink they go to `logging`."""
    _sinks[:] = sinks


def cached(function: Callable[[str], T]) -> Callable[[str], T]:
    """`functools.lru_cache` for functions of one text, near enough."""
    known: dict[str, T] = {}

    def call(text: str) -> T:
        if text not in known:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[text] = function(text)
        return known[text]

    call.__doc__ = function.__doc__
    return call


def named(path: str) -> Any:
    """What `module:name` names, imported on use; importing `importlib` would come before."""
    module, _, name = path.partition(":")
    return getattr(__import__(module, fromlist=(name,)), name)


def once(function: Callable[[], T]) -> Callable[[], T]:
    """`functools.cache` for functions of nothing."""
    known: list[T] = []

    def call() -> T:
        if not known:
            known.append(function())
        return known[0]

    call.__doc__ = function.__doc__
    return call


class _Pattern:
    def __init__(self, text: str | bytes) -> None:
        self._text = text

    def __getattr__(self, name: str) -> Any:
        import re

        found = getattr(re.compile(self._text), name)
        # Another time the attribute is there.
        self.__dict__[name] = found
        return found


class Logger:
    """What PyHelm needs of a logger.

    Arguments are put in with `%`; attributes stand beside the message, and never hold a secret.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, text: str, *args: object, **attributes: object) -> None:
        """What only those who look for a fault want to know."""
        # Where nobody has imported logging, nobody listens.
        if _sinks or "logging" in sys.modules:
            self._record("debug", text, args, attributes)

    def info(self, text: str, *args: object, **attributes: object) -> None:
        """What is worth knowing."""
        self._record("info", text, args, attributes)

    def warning(self, text: str, *args: object, **attributes: object) -> None:
        """What is probably not as it was meant."""
        self._record("warning", text, args, attributes)

    def _record(
        self,
        level: str,
        text: str,
        args: tuple[object, ...],
        attributes: Mapping[str, object],
    ) -> None:
        told = {name: str(value) for name, value in attributes.items()}
        for sink in _sinks:
            sink(level, text % args if args else text, told)
        if not _sinks:
            import logging

            log = getattr(logging.getLogger(self._name), level)
            beside = "".join(f" {name}={value}" for name, value in told.items())
            log("%s%s", text % args if args else text, beside, extra={"attributes": told})
