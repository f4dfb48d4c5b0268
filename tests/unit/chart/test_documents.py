"""Values files: where Helm cuts them, what of each part it reads, and what it refuses."""

import pytest

from pyhelm.chart.documents import read_values
from pyhelm.errors import ChartError, YAMLError

READ = [
    ("a: 1\n---\nb: 2", [{"a": 1}, {"b": 2}]),
    ("a: 1\n--- # c\nb: 2", [{"a": 1}, {"b": 2}]),
    ("a: 1\r\n---\r\nb: 2", [{"a": 1}, {"b": 2}]),
    ("a: 1\n---\n\ufeffb: 2", [{"a": 1}, {"b": 2}]),
    ("a: 1\n...\nb: 2", [{"a": 1}]),
    ("{}\na: b", [{}]),
    ("a: 1\r---\rb: 2", [{"a": 1}]),
    ("a: x---y", [{"a": "x---y"}]),
    ("a: |\n  x", [{"a": "x\n"}]),
    ("a: >+\n  x\n---\nb: >\n  y", [{"a": "x\n"}, {"b": "y\n"}]),
    ("a: |+\n  x\n---\nb: |+\n  y\n", [{"a": "x\n"}, {"b": "y\n"}]),
    ("a: |+\n  x\n\n---\nb: |+\n  y\n\n", [{"a": "x\n\n"}, {"b": "y\n\n"}]),
    ("a: |-\n  x", [{"a": "x"}]),
    ("a: |\r\n  x", [{"a": "x\n"}]),
]

REFUSED = [
    ("a: 1\n--- {b: 2}", "error reading yaml document: invalid Yaml document separator: {b: 2}"),
    ("---x: 1", "error reading yaml document: invalid Yaml document separator: x: 1"),
]

NOT_IN_JSON = [
    ("a: .inf", "+Inf"),
    ("a: [1, .NaN]", "NaN"),
    ("b: .nan\na: -.inf", "-Inf"),
    ("a: {b: .nan, a: -.inf}", "-Inf"),
    ("a: !!float .inf", "+Inf"),
]


@pytest.mark.parametrize(("text", "found"), READ)
def test_documents(text, found):
    assert [each for each in read_values(text.encode(), "v") if each is not None] == found


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_lines_that_are_no_separators(text, problem):
    with pytest.raises(ChartError) as caught:
        read_values(text.encode(), "v")
    assert str(caught.value) == problem


@pytest.mark.parametrize(("text", "number"), NOT_IN_JSON)
def test_numbers_that_json_has_not(text, number):
    with pytest.raises(ChartError) as caught:
        read_values(text.encode(), "v")
    assert str(caught.value) == (
        "cannot unmarshal yaml document: error converting YAML to JSON: "
        f"json: unsupported value: {number}"
    )


@pytest.mark.parametrize("text", ['a: ".inf"', ".inf: 1", "a: b.info", "# .inf\na: 1"])
def test_what_only_looks_like_them(text):
    assert len(read_values(text.encode(), "v")) == 1


@pytest.mark.parametrize("text", ["%TAG ! tag:x,2000:\n---\na: 1", "%YAML 1.1\n---\na: 1"])
def test_directives_stand_alone_in_a_document(text):
    with pytest.raises((YAMLError, ChartError), match="did not find expected <document start>"):
        read_values(text.encode(), "v")


def test_an_error_names_the_line_in_the_file():
    with pytest.raises(YAMLError) as caught:
        read_values(b"a: 1\n---\n\nb: c: d\n", "v")
    assert caught.value.line == 4


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"a: \xff", "invalid leading UTF-8 octet"),
        (b"a: \xe9", "incomplete UTF-8 octet sequence"),
        (b"a: \xe9 ok", "invalid trailing UTF-8 octet"),
        (b"a: \xc0\x80", "invalid length of a UTF-8 sequence"),
        (b"a: \xed\xa0\x80", "invalid Unicode character"),
    ],
)
@pytest.mark.parametrize("as_text", [True, False])
def test_bytes_that_are_no_utf8(data, fault, as_text):
    from pyhelm import _yaml

    text = data.decode("utf-8", "surrogateescape") if as_text else data
    with pytest.raises(YAMLError) as caught:
        _yaml.load(text)
    assert (caught.value.go, caught.value.line) == (f"yaml: {fault}", 1)
