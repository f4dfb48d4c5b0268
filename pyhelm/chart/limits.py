"""How much a chart may be, packed or not: charts come from strangers."""

from __future__ import annotations

MAX_SIZE = 100 * 1024 * 1024
"""Bytes that a chart may unpack to, its packed subcharts' archives included (Helm's limit)."""

MAX_FILES = 50_000
"""Files that a chart may have."""

BOM = b"\xef\xbb\xbf"
"""What some editors put before a text; it is no part of it."""
