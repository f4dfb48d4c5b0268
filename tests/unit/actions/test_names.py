"""Names that are made by a template, as helm makes them."""

from __future__ import annotations

import re

import pytest

from pyhelm.actions.names import from_template
from pyhelm.errors import UsageError


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("plain", "plain"),
        ('{{ "X" | lower }}-1', "x-1"),
        ('{{ printf "%s-%d" "a" 3 }}', "a-3"),
        ("{{ if true }}abc{{ else }}d{{ end }}", "abc"),
        ("{{ .x }}", "<no value>"),
    ],
)
def test_a_name_is_made_by_go_and_sprig(template, name):
    assert from_template(template) == name


def test_a_name_can_be_random():
    assert re.fullmatch("[a-z]{9}", from_template("{{ randAlpha 9 | lower }}"))


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{ randAlpha", "template: name-template:1: unclosed action"),
        ("{{ toYaml 1 }}", 'template: name-template:1: function "toYaml" not defined'),
        (
            '{{ trunc "a" 1 }}',
            'template: name-template:1:9: executing "name-template" at <"a">: '
            'expected integer; found "a"',
        ),
    ],
)
def test_a_template_that_fails_is_refused_in_gos_words(template, error):
    with pytest.raises(UsageError) as caught:
        from_template(template)
    assert str(caught.value) == error
