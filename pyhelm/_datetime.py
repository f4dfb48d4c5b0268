"""`datetime` without what Python 3.11 compiles first: the same classes again, in Python.

They, `math` and `operator` took a twentieth of a short command. Type checkers read `_datetime.pyi`.
"""

from __future__ import annotations

try:
    from _datetime import datetime, timedelta, timezone  # type: ignore[import-not-found]
except ImportError:  # a Python that has no others
    from datetime import datetime, timedelta, timezone

UTC = timezone.utc  # noqa: UP017

__all__ = ["UTC", "datetime", "timedelta", "timezone"]
