"""`Files` as Jinja charts have it: a misspelt name is an error, and what is data comes as data."""

from __future__ import annotations

from binascii import b2a_base64

from pyhelm._suggestion import suggestion
from pyhelm._typing import Any, Iterator
from pyhelm.engine import objects
from pyhelm.engine.functions import FunctionError

_REQUIRED: Any = object()


class Files(objects.Files):
    """The chart's files that are neither templates nor metadata."""

    def __iter__(self) -> Iterator[tuple[str, str]]:  # type: ignore[override]
        """Names and texts, by name; bytes that are no text come back as they were by b64enc."""
        return ((name, _text(data)) for name, data in super().__iter__())

    def get(self, name: str, default: Any = _REQUIRED) -> Any:
        """A file's text; `default` where there is no such file, which is an error without it."""
        if name in self._files:
            return _text(self._files[name])
        if default is _REQUIRED:
            raise FunctionError(f"Files.Get: {self._missing(name)}")
        return default

    def get_bytes(self, name: str) -> list[int]:
        """A file's bytes as numbers."""
        if name not in self._files:
            raise FunctionError(f"Files.GetBytes: {self._missing(name)}")
        return super().get_bytes(name)

    def lines(self, name: str) -> list[str]:
        """A file's lines, without a last empty one."""
        if name not in self._files:
            raise FunctionError(f"Files.Lines: {self._missing(name)}")
        return super().lines(name)

    def glob(self, pattern: str) -> Files:
        """The files whose paths match: `*` in a directory, `**` across, `{a,b}`, `?`, `[a-z]`."""
        return Files(super().glob(pattern)._files)

    def as_config(self) -> dict[str, str]:  # type: ignore[override]
        """A ConfigMap's `data`: base names and texts."""
        return {_base(name): _text(data) for name, data in self._files.items()}

    def as_secrets(self) -> dict[str, str]:  # type: ignore[override]
        """A Secret's `data`: base names and base64."""
        return {
            _base(name): b2a_base64(data, newline=False).decode()
            for name, data in self._files.items()
        }

    def _missing(self, name: str) -> str:
        same = [each for each in self._files if _base(each) == _base(name)]
        hint = f"; did you mean '{same[0]}'?" if same else suggestion(name, self._files)
        return f'the chart has no file "{name}"{hint}'


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _base(name: str) -> str:
    return name.rpartition("/")[2]
