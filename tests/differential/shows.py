"""`show` of every part of real charts, where the corpus lies beside the project."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.differential.charts import archives
from tests.differential.referee import Referee, Tally

PARTS = ("all", "chart", "values", "readme", "crds")


def fuzz(referee: Referee, where: Path, seed: int, count: int) -> Tally:
    """Compare `count` of them, chosen by chance; all there are for a large count."""
    tally = Tally()
    asked = [(part, archive) for archive in archives() for part in PARTS]
    for part, archive in Random(seed).sample(asked, min(count, len(asked))):
        referee.compare(tally, f"{part} {archive.name}", "show", part, str(archive))
    return tally
