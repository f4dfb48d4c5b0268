"""What a name that isn't there is: an error with its whole path, unless asked about politely."""

from __future__ import annotations

from jinja2 import Undefined, UndefinedError

from pyhelm._typing import Any, Iterable, NoReturn


class Missing(Undefined):
    """A value that isn't there; `default` and `is defined` work on it at any depth."""

    __slots__ = ("_path", "_siblings")

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = None,
        name: str | None = None,
        exc: type[Exception] = UndefinedError,
        *,
        path: str = "",
        siblings: Iterable[str] = (),
    ) -> None:
        super().__init__(hint=hint, name=name)
        self._path = path or str(name or "")
        self._siblings = tuple(siblings)

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        return missing_message(self._path, self._siblings)

    def _child(self, name: object) -> Missing:
        part = f".{name}" if str(name).isidentifier() else f"[{name!r}]"
        hint = self._undefined_message
        return Missing(hint=hint, name=str(name), path=f"{self._path}{part}")

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._child(name)

    def __getitem__(self, name: object) -> Missing:  # type: ignore[override]
        return self._child(name)

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise UndefinedError(self._undefined_message)

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
    import difflib

    close = difflib.get_close_matches(name, names, 1, 0.6)
    if close:
        return f"{text}; did you mean '{close[0]}'?"
    return text
