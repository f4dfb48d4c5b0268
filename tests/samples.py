"""How much of the longest tests is run."""

from __future__ import annotations

import os

ALL = os.environ.get("PYHELM_ALL") == "1"
"""Everything, and not a sample of it: every fault point, cell, real chart and driver."""
