"""Patterns and loggers that cost nothing until they are used: importing `re` and `logging` does."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Any, Callable, Mapping, cast

if TYPE_CHECKING:
    import re

Sink = Callable[[str, str, Mapping[str, str]], None]
"""Takes a level (`debug`, `info`, `warning`, `error`), a message and attributes."""

_sinks: list[Sink] = []


def lazy_pattern(text: str) -> re.Pattern[str]:
    """`re.compile`, done when the pattern is first looked at."""
    return cast("re.Pattern[str]", _Pattern(text))


def logger_of(name: str) -> Logger:
    """`logging.getLogger`, done when there is something to log."""
    return Logger(name)


def log_to(*sinks: Sink) -> None:
    """Hand records to a program's own output; without a sink they go to `logging`."""
    _sinks[:] = sinks


class _Pattern:
    def __init__(self, text: str) -> None:
        self._text = text

    def __getattr__(self, name: str) -> Any:
        import re

        found = getattr(re.compile(self._text), name)
        # Another time the attribute is there.
        self.__dict__[name] = found
        return found


class Logger:
    """What PyHelm needs of a logger; arguments are put in with `%`."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, text: str, *args: object) -> None:
        """What only those who look for a fault want to know."""
        self._record("debug", text, args)

    def info(self, text: str, *args: object, **attributes: str) -> None:
        """What is worth knowing."""
        self._record("info", text, args, attributes)

    def warning(self, text: str, *args: object, **attributes: str) -> None:
        """What is probably not as it was meant."""
        self._record("warning", text, args, attributes)

    def _record(
        self,
        level: str,
        text: str,
        args: tuple[object, ...],
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        for sink in _sinks:
            sink(level, text % args if args else text, attributes or {})
        if not _sinks:
            import logging

            log = getattr(logging.getLogger(self._name), level)
            log(text, *args, extra={"attributes": attributes})
