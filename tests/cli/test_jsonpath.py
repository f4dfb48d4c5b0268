"""`show values --jsonpath`: the expected texts are a real helm's for the same values."""

from __future__ import annotations

import pytest

from pyhelm.cli.jsonpath import evaluate
from pyhelm.errors import UsageError

VALUES = {
    "image": {"repository": "nginx", "tag": "1.2", "port": 80, "f": 1.5},
    "list": [{"name": "a", "v": 1}, {"name": "b", "v": 2}],
    "n": None,
    "e": [],
    "s": {"z": 1, "a": "<x>"},
    "t": True,
    "a.b/c": "dot",
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{.image.tag}", "1.2"),
        ("{.image}", '{"f":1.5,"port":80,"repository":"nginx","tag":"1.2"}'),
        ("{.list}", '[{"name":"a","v":1},{"name":"b","v":2}]'),
        ("{.list[*].name}", "a b"),
        ('{.list[0].name}{"\\n"}{.list[-1].name}', "a\nb"),
        ('{range .list[*]}{.name}={.v}{"\\n"}{end}', "a=1\nb=2\n"),
        ("{..name}", "a b"),
        ('{.list[?(@.name=="b")].v}', "2"),
        ("{.list[?(@.v>1)].name}", "b"),
        ("{.image['tag','repository']}", "1.2 nginx"),
        ("{.list[0:1].name}", "a"),
        ("{.n}", ""),
        ("{.e}", "[]"),
        ("{.t}", "true"),
        ("x{.image.port}y {.image.f}", "x80y 1.5"),
        (".image.tag", ".image.tag"),
        ("{$.image.tag}", "1.2"),
        ("{@.t}", "true"),
        ("{.a\\.b/c}", "dot"),
        ("{range .e[*]}x{end}z", "z"),
        ("{.list[*]}", '{"name":"a","v":1} {"name":"b","v":2}'),
    ],
)
def test_answers_as_helm_does(template, expected):
    assert evaluate(template, VALUES) == expected


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{.image", "unclosed action"),
        ("{.nope}", "nope is not found"),
        ("{.list[5]}", "array index out of bounds: index 5, length 2"),
        ("{.image.tag[0]}", "not an array"),
        ("{range .list[*]}", "unterminated range"),
        ("{end}", "nothing to end"),
        ("{.image!}", "unrecognized text"),
        ("{.list[x]}", "invalid array index x"),
    ],
)
def test_faults_are_named(template, why):
    with pytest.raises(UsageError, match=f"error parsing jsonpath .*{why}"):
        evaluate(template, VALUES)
