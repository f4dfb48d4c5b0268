"""What is no archive is told as helm 4.3.1 told it of each of these."""

from __future__ import annotations

import pytest

from pyhelm.chart.archive import read_archive
from pyhelm.errors import ArchiveError

BINARY = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
TOLD = {
    b"<!DOCTYPE html>\n<html>login</html>": HTML,
    b"  \n<Title>x" + b"y" * 900: HTML,
    b"<a href=x>" * 100: HTML,
    b"<ab>": BINARY,
    b"\x0b<html>": BINARY,
    b'<?xml version="1.0"?><Error/>': "text/xml; charset=utf-8",
    b'{"errors": []}': BINARY,
    b'{"errors": []}' * 40: TEXT,
    "é".encode() * 600: TEXT,
    b"\xef\xbb\xbfabc": TEXT,
    b"\xff\xfea\0": "text/plain; charset=utf-16le",
    b"": BINARY,
    b"junk\n": BINARY,
    b"\x1f\x8b": BINARY,
    b"PK\3\4zz": "application/zip",
    b"%PDF-1.4": "application/pdf",
    b"Rar!\x1a\x07\x00": "application/x-rar-compressed",
    b"7z\xbc\xaf\x27\x1c": BINARY,
    b"\n" * 34 + b"LP": "application/vnd.ms-fontobject",
    b"RIFF\n\n\n\nWAVE": "audio/wave",
}


@pytest.mark.parametrize("data", TOLD, ids=lambda data: repr(data[:16]))
def test_what_is_no_archive(data):
    with pytest.raises(ArchiveError) as caught:
        read_archive(data, "a.tgz")
    wanted = f"file 'a.tgz' does not appear to be a gzipped archive; got '{TOLD[data]}'"
    assert str(caught.value) == wanted
