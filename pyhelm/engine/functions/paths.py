"""Paths with slashes: Go's package path, and path/filepath as it is on Linux."""

from __future__ import annotations

from pyhelm._typing import Any, Callable


def clean(path: str) -> str:
    """A path without detours: the shortest that means the same."""
    rooted = path.startswith("/")
    kept: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part != ".." or not rooted:
            kept.append(part)
    return ("/" if rooted else "") + "/".join(kept) or "."


def base(path: str) -> str:
    """The last part; `.` of nothing, `/` of slashes alone."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def directory(path: str) -> str:
    """All but the last part."""
    return clean(path[: path.rfind("/") + 1])


def extension(path: str) -> str:
    """From the last dot of the last part on."""
    name = path[path.rfind("/") + 1 :]
    dot = name.rfind(".")
    return name[dot:] if dot >= 0 else ""


def is_absolute(path: str) -> bool:
    """Whether it starts with a slash."""
    return path.startswith("/")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "base": base,
    "clean": clean,
    "dir": directory,
    "ext": extension,
    "isAbs": is_absolute,
    "osBase": base,
    "osClean": clean,
    "osDir": directory,
    "osExt": extension,
    "osIsAbs": is_absolute,
}
