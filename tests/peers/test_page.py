"""The page for people in a real Chromium: scripts, search, widths, both colours, no requests."""

from __future__ import annotations

import html
import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from pyhelm.chart.model import Chart, File, Metadata
from pyhelm.repo.index import ChartVersion, RepoIndex
from pyhelm.repo.page import page
from tests.unit.repo.site import site

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--virtual-time-budget=3000",
)  # fmt: skip
EVIL = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
CHECK = """
<script>document.title = "not ours"</script>
"""


@pytest.fixture
def chromium(tmp_path):
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "install Chromium first: make peers"

    def run(*arguments):
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        done = subprocess.run(
            [program, *FLAGS, profile, *arguments], capture_output=True, timeout=90, check=True
        )
        return done.stdout.decode()

    return run


def example() -> str:
    readme = "# Web\n\n" + EVIL + "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" + "word " * 400
    entries, charts = {}, {}
    for name in ("web", "db", "queue"):
        info = Metadata(
            name=name, version="1.2.3", app_version="7", description=f"The {name} {EVIL}"
        )
        entries[name] = tuple(
            ChartVersion(info, urls=(f"{name}-1.2.3.tgz",), created="2026-01-01") for _ in range(25)
        )
        charts[name] = Chart(
            info, values={"image": {"repository": "x" * 150}, "replicas": 1},
            files=(File("README.md", readme.encode()),),
        )  # fmt: skip
    return page(RepoIndex(entries), title="Charts", charts=charts)


def test_what_charts_say_runs_nothing_and_nothing_is_asked_for(chromium):
    text = example()
    # A script that isn't the page's own must not run either.
    text = text.replace("</main>", f"</main>{CHECK}")
    with site(lambda path, _: (200, {"Content-Type": "text/html"}, text.encode())) as web:
        dom = chromium("--dump-dom", f"{web.url}/some/path/index.html")
        assert {path for path, _ in web.requests} == {"/some/path/index.html"}
    assert "<title>Charts</title>" in dom
    assert f"pyhelm repo add charts {web.url}/some/path\n" in html.unescape(dom)
    assert "3 charts" in dom
    assert dom.count('aria-label="Copy: pyhelm') == 4
    assert not re.search(r'aria-label="Copy[^>]*hidden', dom)


def test_searching_hides_the_rest(chromium):
    from pyhelm.repo import page as module

    text = example()
    asked = module.SCRIPT + 'box.value = "DB the"; show();'
    text = text.replace(module.SCRIPT, asked).replace(
        module._sum(module.SCRIPT), module._sum(asked)
    )
    with site(lambda path, _: (200, {"Content-Type": "text/html"}, text.encode())) as web:
        dom = chromium("--dump-dom", web.url)
    shown = re.findall(r'<article id="(\w+)"(?![^>]* hidden)', dom)
    assert shown == ["db"]
    assert "1 of 3 charts" in dom


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_is_painted_in_its_colours(chromium, tmp_path, width, dark):
    path = tmp_path / "index.html"
    path.write_text(example(), encoding="utf-8")
    shot = tmp_path / "page.png"
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    chromium(f"--window-size={width},900", f"--screenshot={shot}", *scheme, path.as_uri())
    columns, pixels = picture(shot)
    assert columns == width
    corner, dark_pixels = pixels[0], sum(sum(pixel) < 384 for pixel in pixels)
    assert (sum(corner) < 200) is dark
    assert 0.005 < (dark_pixels if not dark else len(pixels) - dark_pixels) / len(pixels) < 0.5


def picture(path: Path) -> tuple[int, list[tuple[int, int, int]]]:
    """The width and the pixels of a PNG of eight bits a channel."""
    data = path.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[kind]
    packed, place = b"", 8
    while place < len(data):
        length, name = struct.unpack(">I4s", data[place : place + 8])
        packed += data[place + 8 : place + 8 + length] if name == b"IDAT" else b""
        place += length + 12
    raw = zlib.decompress(packed)
    rows, above = [], bytes(width * size)
    for row in range(height):
        start = row * (width * size + 1)
        above = unfiltered(raw[start], raw[start + 1 : start + 1 + width * size], above, size)
        rows.append(above)
    flat = b"".join(rows)
    return width, [(flat[n], flat[n + 1], flat[n + 2]) for n in range(0, len(flat), size)]


def unfiltered(kind: int, line: bytes, above: bytes, size: int) -> bytes:
    """A row of a PNG without its filter."""
    out = bytearray(line)
    for n in range(len(out)):
        left = out[n - size] if n >= size else 0
        corner = above[n - size] if n >= size else 0
        out[n] = (out[n] + _predicted(kind, left, above[n], corner)) & 255
    return bytes(out)


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda each: abs(guess - each))
    return (0, left, up, (left + up) // 2)[kind]
