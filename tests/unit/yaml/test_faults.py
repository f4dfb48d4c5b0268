"""Looking for the fault that go-yaml meets first ends, whatever the text."""

from __future__ import annotations

import pytest

from pyhelm import _yaml
from pyhelm.errors import YAMLError

MANY = 3_000
TEXTS = {
    "signs of comments": f"a: b\n[{' #' * MANY} x\n  y\n",
    "comments": "a: b\n[\n" + "# c\n" * MANY + "x\n  y\n",
    "brackets in comments": "a: b\n[\n" + "# [\n" * MANY + "x\n  y\n",
    "blanks": f"a: b\n[{' ' * MANY}\n{' ' * MANY}x\n  y\n",
    "brackets": f"a: b\n{'[ ] ' * MANY}\nx\n  y\n",
    "brackets on lines": "a: b\n" + "[\n" * 100 + "x\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_refused_at_once(text: str) -> None:
    with pytest.raises(YAMLError, match=r"(could|did) not find"):
        _yaml.load(text)
