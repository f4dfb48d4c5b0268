"""libyaml's tokens in the order in which go-yaml's parser gets them."""

from __future__ import annotations

from pyhelm._typing import Any, Callable

LOOKED_AHEAD = 1024
"""Characters between the start of a key and its colon, at most."""


class GoTokens:
    """Nothing in brackets before a colon, `{}: a`, is not a key: the brackets come before its KEY.

    go-yaml's scanner looks for the colon before it hands out what may be a key, but forgets to when
    it closes brackets in which no key can have begun. Where brackets around these may be a key
    themselves, it looks for that one's colon, and finds this one on its way.
    """

    def __init__(self, kinds: Any, get: Callable[[], Any]) -> None:
        self._kinds, self._get = kinds, get
        self._starts = kinds.FlowMappingStartToken, kinds.FlowSequenceStartToken
        self._ends = kinds.FlowMappingEndToken, kinds.FlowSequenceEndToken
        self._ahead: list[Any] = []
        self._last: Any = None
        self._brackets: list[Any] = []

    def peek_token(self) -> Any:
        """The next token, which stays the next."""
        if not self._ahead:
            self._ahead = self._next()
        return self._ahead[0]

    def get_token(self) -> Any:
        """The next token."""
        token = self.peek_token()
        del self._ahead[0]
        self._note(token)
        return token

    def check_token(self, *kinds: Any) -> bool:
        """Whether the next token is of one of these kinds, or of any."""
        return isinstance(self.peek_token(), kinds or object)

    def _next(self) -> list[Any]:
        found = [self._get()]
        if isinstance(found[0], self._kinds.BlockMappingStartToken):
            found.append(self._get())
        if not isinstance(found[-1], self._kinds.KeyToken):
            return found
        key = found[-1]
        found.append(self._get())
        if not isinstance(found[-1], self._starts) or not _same_place(key, found[-1]):
            return found
        found.append(self._get())
        if not isinstance(found[-1], self._ends) or self._is_looked_past(key.start_mark):
            return found
        *mapping, key, start, end = found
        return [start, end, *self._up_to_colon(key, mapping)]

    def _up_to_colon(self, key: Any, mapping: list[Any]) -> list[Any]:
        """What else there is, where nothing can be, and the key's start with its colon."""
        found = [self._get()]
        while not isinstance(found[-1], self._kinds.ValueToken):
            found.append(self._get())
        *others, colon = found
        return [*others, key, *mapping, colon]

    def _is_looked_past(self, mark: Any) -> bool:
        """Whether brackets around this place may be a key, as far as the scanner knows there."""
        return any(
            each.line == mark.line and each.index + LOOKED_AHEAD > mark.index
            for each in self._brackets
            if each
        )

    def _note(self, token: Any) -> None:
        if isinstance(token, self._starts):
            self._brackets.append(token.start_mark if self._may_be_key(token) else None)
        elif isinstance(token, self._ends) and self._brackets:
            self._brackets.pop()
        if not isinstance(token, (self._kinds.AnchorToken, self._kinds.TagToken)):
            self._last = token

    def _may_be_key(self, token: Any) -> bool:
        """Not as a value right behind its colon, nor, in brackets, after `?`."""
        last = self._last
        if isinstance(last, self._kinds.ValueToken):
            return not self._brackets and bool(last.end_mark.line < token.start_mark.line)
        return not (self._brackets and isinstance(last, self._kinds.KeyToken))


def _same_place(key: Any, token: Any) -> bool:
    return bool(key.end_mark.index == key.start_mark.index == token.start_mark.index)
