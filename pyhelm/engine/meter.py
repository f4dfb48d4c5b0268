"""What a chart may use up while it renders: charts come from strangers, and neither Go's templates
nor Jinja's sandbox stop loops in loops, or a text that is appended to itself again and again."""

from __future__ import annotations

import time

from pyhelm._typing import Any, Callable, Iterable, Iterator, Mapping, Sized
from pyhelm.engine.functions import NAMES
from pyhelm.settings import Budget

CLOCK_EVERY = 10_000
"""Steps between two looks at the clock."""

CHARACTERS = 16
"""Characters of a function's result that count as a step."""

LEVELS = 1000
"""Nesting of a value that functions go through: Python's own limit differs by its version."""

SLOW = frozenset(
    (
        *("bcrypt", "derivePassword", "htpasswd"),
        *("buildCustomCert", "genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert"),
        *("genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey"),
    )
)
"""Functions that take so long that the clock is looked at for each call."""

SMALL = frozenset(("dicts", "flow", "lists", "numbers", "random", "semver", "types"))
"""Families whose functions make no long text, or bound it themselves."""

WALKS = frozenset(
    (
        *("deepCopy", "deepEqual", "has", "merge", "mergeOverwrite", "mustDeepCopy", "mustHas"),
        *("mustMerge", "mustMergeOverwrite", "mustUniq", "mustWithout", "uniq", "without"),
        *(name for name, family in NAMES.items() if family in ("data", "printing", "toml")),
        *("cat", "join", "quote", "sortAlpha", "squote", "toString", "toStrings"),
    )
)
"""Functions that go through all of a value, however deep."""

COUNTING = frozenset(
    (
        *("deepEqual", "has", "merge", "mergeOverwrite", "mustHas", "mustMerge"),
        *("mustMergeOverwrite", "mustUniq", "mustWithout", "uniq", "without"),
    )
)
"""Functions of Go's templates that count what they go through: of values within themselves they may
stop at once, and of two that are small they may compare each part with each. Those for Jinja don't
count: Python compares for them."""

_FLAT = frozenset((str, int, float, bool, type(None)))


class OverBudget(Exception):
    """A render that took too much."""


class Meter:
    """Counts what one render uses; raises OverBudget when it is too much."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.steps = 0
        self.output = 0
        self.next_look = CLOCK_EVERY
        self.deadline = time.thread_time() + budget.seconds

    def step(self, count: int = 1) -> None:
        """Some loop iterations or calls."""
        self.steps += count
        if self.steps > self.budget.steps:
            text = f"more than {self.budget.steps} steps; is a loop endless?"
            raise OverBudget(f"{text} If not, {_raises('STEPS')}")
        if self.steps >= self.next_look:
            self.next_look = self.steps + CLOCK_EVERY
            if time.thread_time() > self.deadline:
                text = f"more than {self.budget.seconds:g} seconds of the processor's time"
                raise OverBudget(f"{text}; {_raises('SECONDS')}")

    def loop(self, items: Any) -> Any:
        """What a loop goes over, counted."""
        if isinstance(items, Sized):
            self.step(len(items))
            return items
        return self._counted(items)

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.step()
            yield item

    def size(self, length: int) -> None:
        """The size of a value that is about to be made."""
        if length > self.budget.memory:
            raise OverBudget(f"a value of more than {self.budget.memory} characters or items")

    def room(self, length: int, each: int = 1) -> None:
        """As `size`, and of a large value `each` items count as a step.

        A value may be within its bounds and the thousand like it, which a loop keeps, may not.
        """
        self.size(length)
        if length > CLOCK_EVERY:
            self.step(length // each)

    def made(self, value: Any) -> Any:
        """A value that was made: its size is checked, and counted."""
        if isinstance(value, str | bytes):
            self.room(len(value), CHARACTERS)
        elif isinstance(value, list | tuple):
            self.room(len(value))
        return value

    def walked(self, *values: Any) -> None:
        """Values that are about to be gone through, however deep: their weight is counted."""
        for each in values:
            if isinstance(each, str):
                self.made(each)
            elif isinstance(each, Mapping | list | tuple):
                self.room(weight(each, self.budget.memory), CHARACTERS)

    def written(self, length: int) -> None:
        """So many characters of rendered text."""
        self.output += length
        self.writable(self.output)

    def writable(self, length: int) -> None:
        """The size of what shall be written, before it is."""
        if length > self.budget.output:
            text = f"more than {self.budget.output} characters of output"
            raise OverBudget(f"{text}; {_raises('OUTPUT')}")

    def guarded(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """One of Helm's functions, so that what its calls go through, take and make is counted."""
        if name in SLOW:
            return self._slow(function)
        walks = name in WALKS
        if not walks and NAMES.get(name) in (None, *SMALL):
            return function

        def call(*arguments: Any) -> Any:
            if walks:
                for each in arguments:
                    if type(each) not in _FLAT:
                        self.size(weight(each, self.budget.memory))
            result = function(*arguments)
            if type(result) is str and len(result) > CLOCK_EVERY:
                self.size(len(result))
                self.step(len(result) // CHARACTERS)
            return result

        return call

    def guarded_go(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same for Go's templates, whose functions may count for themselves."""
        if name in COUNTING:
            return lambda *arguments: function(*arguments, step=self.step)
        return self.guarded(name, function)

    def _slow(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.step(CLOCK_EVERY)
            return function(*arguments)

        return call


def _raises(limit: str) -> str:
    """What to do about a limit that a good chart has met."""
    return f"PYHELM_RENDER_{limit} raises this limit"


def weight(value: Any, enough: int) -> int:
    """About how many characters a value has when it is written; counting ends at `enough`.

    A list that is in another one twice counts twice, though it is in memory once: in forty lines
    a template can make one with more items than there are atoms in the sea. A value within
    itself weighs more than enough. Raises OverBudget for one that is nested too deeply.
    """
    return _total((value,), enough, {}, 0)[0]


def _total(
    values: Iterable[Any], enough: int, known: dict[int, tuple[int, int]], depth: int
) -> tuple[int, int]:
    """What values weigh together, and how many levels the deepest of them has."""
    total = levels = 0
    for each in values:
        if isinstance(each, str | bytes):
            total += len(each) + 2
        elif isinstance(each, Mapping | list | tuple):
            weighs, below = _weight(each, enough, known, depth + 1)
            total += weighs
            levels = max(levels, below)
        else:
            total += 4
        if total > enough:
            break
    return total, levels


def _weight(
    value: Any, enough: int, known: dict[int, tuple[int, int]], depth: int
) -> tuple[int, int]:
    found = known.get(id(value))
    if depth + (found[1] if found else 1) - 1 > LEVELS:
        raise OverBudget(f"a value that is nested deeper than {LEVELS} levels")
    if found is None:
        known[id(value)] = enough + 1, 1  # while it is being weighed: it is within itself
        parts = value.values() if isinstance(value, Mapping) else value
        total, levels = _total(parts, enough, known, depth)
        found = known[id(value)] = 2 * len(value) + 2 + total, levels + 1
    return found
