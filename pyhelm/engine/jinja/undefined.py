"""What a name that isn't there is: an error with its whole path, unless asked about politely."""

from __future__ import annotations

from jinja2 import Undefined, UndefinedError

from pyhelm import _yaml
from pyhelm._suggestion import suggestion
from pyhelm._typing import Any, Iterable, NoReturn


class UnknownName(UndefinedError):
    """A name that neither the template nor the engine has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: no such value")
        self.name = name


class Missing(Undefined):
    """A value that isn't there; `default` and `is defined` work on it at any depth.

    `unknown` is the name at its start where that is what nobody knows.
    """

    __slots__ = ("_path", "_siblings", "_unknown")

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = None,
        name: str | None = None,
        exc: type[Exception] = UndefinedError,
        *,
        path: str = "",
        siblings: Iterable[str] = (),
        unknown: str = "",
    ) -> None:
        super().__init__(hint=hint, name=name)
        # Jinja gives what it can't find by its name alone no more than that.
        is_name = not (hint or path) and obj is None
        self._path = path or str(name or "")
        self._siblings = tuple(siblings)
        self._unknown = unknown or (str(name) if is_name and name else "")

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        return missing_message(self._path, self._siblings)

    def _child(self, name: object) -> Missing:
        part = f".{name}" if str(name).isidentifier() else f"[{name!r}]"
        hint = self._undefined_message
        path = f"{self._path}{part}"
        return Missing(hint=hint, name=str(name), path=path, unknown=self._unknown)

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._child(name)

    def __getitem__(self, name: object) -> Missing:  # type: ignore[override]
        return self._child(name)

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise self._error()

    def _error(self) -> UndefinedError:
        name = self._unknown
        return UnknownName(name) if name else UndefinedError(self._undefined_message)

    __str__ = __iter__ = __len__ = __bool__ = __eq__ = __ne__ = __hash__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _refuse
    __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pos__ = __neg__ = _refuse
    __call__ = __lt__ = __le__ = __gt__ = __ge__ = __int__ = __float__ = __pow__ = _refuse
    __rpow__ = __contains__ = __format__ = _refuse


def missing_message(path: str, siblings: Iterable[str]) -> str:
    """`Values.imgae.tag: no such value; did you mean 'image'?`"""
    name = path.rpartition(".")[2]
    names = [each for each in siblings if isinstance(each, str)]
    text = f"{path}: no such value"
    dashed = [each for each in names if each.startswith(f"{name}-")]
    if dashed:
        parent = path.rpartition(".")[0]
        return f'{text}; a name with a dash is written {parent}["{dashed[0]}"]'
    read = str(_yaml.resolve(name)).lower()
    if read in ("true", "false") and read in names:
        return f"{text}; YAML reads the key {name} as {read}: put it in quotes"
    return f"{text}{suggestion(name, names)}"
