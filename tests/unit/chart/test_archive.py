"""Archives of strangers: whatever a chart must not hold is refused by name, and nothing is left."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import sys
import tarfile
from pathlib import Path

import pytest

from pyhelm.chart import archive
from pyhelm.chart.load import load, load_archive
from pyhelm.chart.model import File
from pyhelm.errors import ArchiveError, ChartError

CHART = b"apiVersion: v2\nname: c\nversion: 0.1.0\n"


def pack(*members: tuple[str, bytes] | tarfile.TarInfo) -> bytes:
    """A `.tgz` with these members, made by tarfile and not by us."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            info = tarfile.TarInfo(member[0])
            info.size = len(member[1])
            tar.addfile(info, io.BytesIO(member[1]))
    return out.getvalue()


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


GOOD = ("c/Chart.yaml", CHART)

HOSTILE = {
    "parent": (pack(GOOD, ("c/../../evil", b"x")), "illegally references parent directory"),
    "parent alone": (pack(GOOD, ("..", b"x")), ".."),
    "absolute": (pack(GOOD, ("//etc/passwd", b"x")), "/etc/passwd"),
    "drive": (pack(GOOD, ("c/C:/x", b"x")), "C:"),
    "backslashes": (pack(GOOD, ("c\\..\\..\\evil", b"x")), "evil"),
    "control characters": (pack(GOOD, ("c/\x1b[31m", b"x")), "illegally named files"),
    "twice": (pack(GOOD, ("c/aa", b"1"), ("c/aa", b"2")), "holds aa twice"),
    "not gzip": (b"PK\x03\x04 a zip", "gzip"),
    "empty": (b"", "gzip"),
    "cut short": (pack(GOOD, ("c/values.yaml", b"a: 1\n" * 900))[:-40], "broken"),
    "no tar": (gzip.compress(b"just text" * 200), "broken"),
    "nothing in it": (gzip.compress(b"\0" * 1024), "no files in chart archive"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_are_refused(name: str) -> None:
    data, says = HOSTILE[name]
    with pytest.raises(ArchiveError) as caught:
        archive.read_archive(data, "evil.tgz")
    assert says in str(caught.value)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
@pytest.mark.parametrize("link", ["/etc/passwd", "c/Chart.yaml", "Chart.yaml", "", "gone"])
def test_links_and_devices_are_empty_files(
    kind: bytes, link: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = pack(GOOD, special("c/README.md", kind, link), ("c/values.yaml", b"a: 1\n"))
    (tmp_path / "c.tgz").write_bytes(data)
    for _ in range(2):  # The second from what is kept.
        caplog.clear()
        chart = load(tmp_path / "c.tgz", cache=str(tmp_path / "cache"))
        assert [(file.name, file.data) for file in chart.files] == [("README.md", b"")]
        assert chart.values == {"a": 1}
        assert "README.md is a link or a device" in caplog.text
    made = archive.expand(data, tmp_path)
    assert (made / "README.md").is_file()
    assert not (made / "README.md").is_symlink()
    assert (made / "README.md").read_bytes() == b""


def test_names_that_differ_by_case_are_read_but_not_unpacked(tmp_path: Path) -> None:
    data = pack(GOOD, ("c/readme.md", b"1"), ("c/README.md", b"2"))
    assert [file.data for file in load_archive(data).files] == [b"1", b"2"]
    with pytest.raises(ArchiveError, match="would be the same file"):
        archive.expand(data, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("/values.yaml", "values.yaml"),
        ("/etc/passwd", "etc/passwd"),
        ("c/a/../b", "b"),
        ("c/./b", "b"),
        ("c/a:b", "a:b"),
        ("c\\a\\b", "a/b"),
    ],
)
def test_a_name_loses_its_first_part_as_in_helm(raw: str, name: str) -> None:
    assert archive.read_archive(pack(GOOD, (raw, b"x")))[1].name == name


@pytest.mark.parametrize("name", ["parent", "drive", "absolute"])
def test_unpacking_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError):
        archive.expand(HOSTILE[name][0], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_bomb_is_cut_off_while_it_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_SIZE", 1_000_000)
    with pytest.raises(ArchiveError, match="larger than the maximum size 1000000"):
        archive.read_archive(pack(GOOD, ("c/big", b"\0" * 1_100_000)))


def test_a_bomb_of_headers_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILES", 20)
    with pytest.raises(ArchiveError, match="more than 20 files"):
        archive.read_archive(pack(*((f"c/{n}", b"") for n in range(25))))


def test_files_are_read_under_their_names_without_marks() -> None:
    files = archive.read_archive(pack(GOOD, ("c/values.yaml", b"\xef\xbb\xbfa: 1\n")))
    assert [(file.name, file.data) for file in files] == [
        ("Chart.yaml", CHART),
        ("values.yaml", b"a: 1\n"),
    ]


def test_an_archive_loads_from_bytes_and_from_its_path(tmp_path: Path) -> None:
    data = pack(GOOD, ("c/templates/a.yaml", b"a: 1\n"))
    (tmp_path / "c.tgz").write_bytes(data)
    assert load(tmp_path / "c.tgz").templates == load_archive(data).templates
    assert load_archive(data).name == "c"


def test_an_archive_without_chart_yaml_says_so() -> None:
    with pytest.raises(ChartError, match=r"Chart\.yaml file is missing"):
        load_archive(pack(("c/values.yaml", b"a: 1\n")))


def test_packing_is_reproducible_and_plain() -> None:
    files = [File("Chart.yaml", CHART), File("values.yaml", b"a: 1\n")]
    packed = archive.write_archive(files, "c", when=1_600_000_000)
    assert packed == archive.write_archive(files, "c", when=1_600_000_000)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        members = tar.getmembers()
    assert [(m.name, m.mode, m.uid, m.mtime) for m in members] == [
        ("c/Chart.yaml", 0o644, 0, 1_600_000_000),
        ("c/values.yaml", 0o644, 0, 1_600_000_000),
    ]
    # Helm ends an archive after two zero blocks, and does not pad it to 10240 bytes.
    assert len(gzip.decompress(packed)) == 512 * 6


ODD = ["a\u00a0b", "Shot 10\u202fAM.png", "\u200b", "\udcff\udce9.txt", "templates/\udcff.yaml"]


@pytest.mark.parametrize("name", ODD)
def test_names_are_bytes_and_read_as_they_were_packed(name: str, tmp_path: Path) -> None:
    packed = archive.write_archive([File("Chart.yaml", CHART), File(name, b"x")], "c")
    assert [file.name for file in archive.read_archive(packed)] == ["Chart.yaml", name]
    if os.name == "posix" and sys.platform != "darwin":
        assert (archive.expand(packed, tmp_path) / name).read_bytes() == b"x"
        assert name in [file.name for file in load(tmp_path / "c").raw]


@pytest.mark.parametrize("name", ["a\\b", "\x1b[31m", "a\nb", "C:/x"])
def test_what_could_not_be_read_back_is_not_packed(name: str) -> None:
    with pytest.raises(ArchiveError, match=r"^pack c: "):
        archive.write_archive([File("Chart.yaml", CHART), File(name, b"x")], "c")


def test_expanding_refuses_to_write_over_a_chart(tmp_path: Path) -> None:
    data = pack(GOOD)
    assert archive.expand(data, tmp_path) == tmp_path / "c"
    assert (tmp_path / "c" / "Chart.yaml").read_bytes() == CHART
    with pytest.raises(ArchiveError, match="exists"):
        archive.expand(data, tmp_path)


def test_nothing_else_is_raised_for_broken_bytes() -> None:
    data = pack(GOOD, ("c/values.yaml", b"a: 1\n" * 50))
    refused = 0
    for at in range(20, len(data), 7):
        broken = bytearray(data)
        broken[at] ^= 0xFF
        with contextlib.suppress(ArchiveError):
            archive.read_archive(bytes(broken))
            refused -= 1
        refused += 1
    assert refused > 0
