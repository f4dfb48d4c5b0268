"""What a file that is no archive seems to be: a login page, say, or a Zip file.

The names are those of Go's `http.DetectContentType`, which follows the MIME Sniffing standard
(https://mimesniff.spec.whatwg.org), videos left out.
"""

from __future__ import annotations

import re

SNIFFED = 512
"""Bytes that are looked at."""

_BLANK = rb"[\t\n\x0c\r ]*"
_TAGS = (
    *(b"!DOCTYPE HTML", b"HTML", b"HEAD", b"SCRIPT", b"IFRAME", b"H1", b"DIV", b"FONT", b"TABLE"),
    *(b"A", b"STYLE", b"TITLE", b"B", b"BODY", b"BR", b"P", b"!--"),
)
_SIGNATURES = (
    (_BLANK + rb"<(?i:%s)[ >]" % b"|".join(_TAGS), "text/html; charset=utf-8"),
    (_BLANK + rb"<\?xml", "text/xml; charset=utf-8"),
    (rb"%PDF-", "application/pdf"),
    (rb"%!PS-Adobe-", "application/postscript"),
    (rb"\xfe\xff", "text/plain; charset=utf-16be"),
    (rb"\xff\xfe", "text/plain; charset=utf-16le"),
    (rb"\xef\xbb\xbf", "text/plain; charset=utf-8"),
    (rb"\x00\x00[\x01\x02]\x00", "image/x-icon"),
    (rb"BM", "image/bmp"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBPVP", "image/webp"),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"FORM....AIFF", "audio/aiff"),
    (rb"ID3", "audio/mpeg"),
    (rb"OggS\x00", "application/ogg"),
    (rb"MThd\x00\x00\x00\x06", "audio/midi"),
    (rb"RIFF....AVI ", "video/avi"),
    (rb"RIFF....WAVE", "audio/wave"),
    (rb"\x1a\x45\xdf\xa3", "video/webm"),
    (rb".{34}LP", "application/vnd.ms-fontobject"),
    (rb"\x00\x01\x00\x00", "font/ttf"),
    (rb"OTTO", "font/otf"),
    (rb"ttcf", "font/collection"),
    (rb"wOFF", "font/woff"),
    (rb"wOF2", "font/woff2"),
    (rb"PK\x03\x04", "application/zip"),
    (rb"Rar!\x1a\x07(\x00|\x01\x00)", "application/x-rar-compressed"),
    (rb"\x00asm", "application/wasm"),
    (rb"[^\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]*\Z", "text/plain; charset=utf-8"),
)


def content_type(data: bytes) -> str:
    """The media type that the first bytes of a file tell; `application/octet-stream` when none.

    As Helm asks for it: what is shorter than 512 bytes ends in zeros, which no text has.
    """
    start = data[:SNIFFED].ljust(SNIFFED, b"\0")
    for pattern, name in _SIGNATURES:
        if re.match(pattern, start, re.DOTALL):
            return name
    return "application/octet-stream"
