"""Functions whose results change: what stays is their form."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from pyhelm.engine.functions import load_go

FORMS = [
    ("randAlpha", 200, "[A-Za-z]{200}"),
    ("randAlphaNum", 200, "[A-Za-z0-9]{200}"),
    ("randNumeric", 200, "[0-9]{200}"),
    ("randAscii", 200, "[ -~]{200}"),
    ("randBytes", 200, "[A-Za-z0-9+/]{267}="),
]


@pytest.mark.parametrize(("name", "count", "form"), FORMS, ids=[form[0] for form in FORMS])
def test_random_text(name: str, count: int, form: str) -> None:
    first, second = load_go(name)(count), load_go(name)(count)
    assert re.fullmatch(form, first)
    assert first != second


def test_numbers_are_within_their_bounds() -> None:
    assert {load_go("randInt")(-2, 3) for _ in range(500)} == {-2, -1, 0, 1, 2}


def test_shuffled_characters_stay() -> None:
    text = "abcdefghijklmnopqrstuvwxyz"
    shuffled = load_go("shuffle")(text)
    assert shuffled != text
    assert "".join(sorted(shuffled)) == text


def test_uuids() -> None:
    form = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(form, load_go("uuidv4")())


def test_password_hashes() -> None:
    import bcrypt

    hashed = load_go("bcrypt")("secret")
    assert re.fullmatch(r"\$2a\$10\$.{53}", hashed)
    assert bcrypt.checkpw(b"secret", hashed.encode())
    assert load_go("htpasswd")("me", "secret").startswith("me:$2a$10$")


def test_sealed_text_is_opened() -> None:
    sealed = load_go("encryptAES")("key", "tëxt")
    assert sealed != load_go("encryptAES")("key", "tëxt")
    assert load_go("decryptAES")("key", sealed) == "tëxt"


def test_now_is_now() -> None:
    import time

    before = int(time.time())
    moment = load_go("now")()
    assert before <= int(load_go("unixEpoch")(moment)) <= time.time()


def test_ago_counts_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyhelm.engine.functions import times

    monkeypatch.setattr("time.time_ns", lambda: 10_000 * times.SECOND)
    assert load_go("ago")(load_go("now")()) == "0s"
    assert load_go("ago")(10_000 - 3725) == "1h2m5s"


def test_hosts_have_addresses() -> None:
    assert load_go("getHostByName")("127.0.0.1") == "127.0.0.1"


def test_regular_expressions_of_plain_text_need_no_library() -> None:
    code = (
        "import sys; from pyhelm.engine.functions import load_go;"
        "assert load_go('regexReplaceAll')('[^a-z0-9-]', 'A.b', '') == 'b';"
        "assert 're2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
