"""A command and a getter for PyHelm."""

from __future__ import annotations

import sys

from pyhelm import Client


def hello(client: Client, args: list[str]) -> int:
    """`pyhelm hello WHO`: greet, from the namespace that the flags and the environment choose."""
    who = " ".join(args) or "world"
    sys.stdout.write(f"hello {who}, from {client.namespace}\n")
    return 0


class MemoryFetcher:
    """Fetches `memory://` URLs: what is in the path, for the example's sake."""

    def fetch(self, url: str, access: object, *, base: str, limit: int) -> bytes:
        """The bytes of the path."""
        return url.removeprefix("memory://").encode()[:limit]
