"""The table of the interplay with Helm says what the cluster tests run, no more and no less."""

from __future__ import annotations

from tests.cluster import matrix


def test_the_table_is_the_matrix():
    assert matrix.DOCUMENT.read_text(encoding="utf-8") == matrix.document()


def test_every_verb_has_its_check():
    text = matrix.DOCUMENT.with_name("interplay.md").read_text(encoding="utf-8")
    assert text.count("✓") == len(matrix.VERBS) * len(matrix.SCENARIOS)
    assert len(matrix.SCENARIOS) == 12


def test_the_sample_has_every_two_of_driver_method_and_order():
    for one, other in ((0, 1), (0, 2), (1, 2)):
        pairs = {(each[one], each[other]) for each in matrix.SCENARIOS}
        assert {(each[one], each[other]) for each in matrix.SAMPLE} == pairs
