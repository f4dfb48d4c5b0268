"""What a chart may use up while it renders: charts come from strangers, and Jinja's sandbox stops
neither string multiplication nor nested loops."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sized
from typing import Any

from pyhelm.engine.context import Budget

CLOCK_EVERY = 10_000
"""Steps between two looks at the clock."""


class OverBudget(Exception):
    """A render that took too much."""


class Meter:
    """Counts what one render uses; raises OverBudget when it is too much."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.steps = 0
        self.output = 0
        self.next_look = CLOCK_EVERY
        self.deadline = time.monotonic() + budget.seconds

    def step(self, count: int = 1) -> None:
        """Some loop iterations or calls."""
        self.steps += count
        if self.steps > self.budget.steps:
            raise OverBudget(f"more than {self.budget.steps} steps; is a loop endless?")
        if self.steps >= self.next_look:
            self.next_look = self.steps + CLOCK_EVERY
            if time.monotonic() > self.deadline:
                raise OverBudget(f"more than {self.budget.seconds:g} seconds")

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
            raise OverBudget(f"a value larger than {self.budget.memory} bytes")

    def made(self, value: Any) -> Any:
        """A value that was made: its size is checked."""
        if isinstance(value, str | bytes | list | tuple):
            self.size(len(value))
        return value

    def written(self, text: str) -> None:
        """Rendered text."""
        self.output += len(text)
        if self.output > self.budget.output:
            raise OverBudget(f"more than {self.budget.output} characters of output")
