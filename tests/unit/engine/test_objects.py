"""`.Files`: which paths a glob finds, as gobwas/glob has it."""

import pytest

from tests.unit.engine.rendering import chart, go_text, rendered

GLOBBED = {
    "gotpl": '{{ range $name, $_ := .Files.Glob "%s" }}{{ $name }};{{ end }}',
    "jinja": "{%% for name, _ in Files.Glob('%s') %%}{{ name }};{%% endfor %%}",
}
NAMES = ("a.txt", "b.md", "conf/a.txt", "conf/deep/c.txt", "conf/x-1.txt", "{a", "d*e")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", ()),
        ("*", ("a.txt", "b.md", "{a", "d*e")),
        ("*.txt", ("a.txt",)),
        ("**.txt", ("a.txt", "conf/a.txt", "conf/deep/c.txt", "conf/x-1.txt")),
        ("conf/*", ("conf/a.txt", "conf/x-1.txt")),
        ("conf/**", ("conf/a.txt", "conf/deep/c.txt", "conf/x-1.txt")),
        ("?.{txt,md}", ("a.txt", "b.md")),
        ("[ab].*", ("a.txt", "b.md")),
        ("[!a].*", ("b.md",)),
        # gobwas/glob negates with `!` alone.
        ("[^a].*", ("a.txt",)),
        ("[a-bx].*", NAMES),
        ("[].*", NAMES),
        ("{a.txt,b", ("a.txt",)),
        ("conf/x-[0-9].txt", ("conf/x-1.txt",)),
        (r"d\*e", ("d*e",)),
        (r"\{a", ("{a",)),
        ("a.txt,b.md", ()),
        ("txt", ()),
        # Helm: what is no pattern finds all.
        ("[", NAMES),
        ("[]", NAMES),
        ("[z-a]", NAMES),
        ("[a-cx]", NAMES),
        ("{a", ()),
        ("{a,b.md", ("b.md",)),
        ("}", ()),
        ("a.txt\\", ("a.txt",)),
    ],
)
@pytest.mark.parametrize("engine", ["gotpl", "jinja"])
def test_globs(engine, pattern, found):
    template = GLOBBED[engine] % pattern.replace("\\", "\\\\")
    files = dict.fromkeys(NAMES, b"x")
    made = rendered(chart({"NOTES.txt": template}, files=files, engine=engine))
    assert set(filter(None, made["web/templates/NOTES.txt"].split(";"))) == set(found)


@pytest.mark.parametrize("engine", ["gotpl", "jinja"])
@pytest.mark.parametrize(("pattern", "found"), [("*", 2), ("?.txt", 1), ("??.txt", 1), ("*a*", 0)])
def test_globs_look_at_characters_where_bytes_are_no_utf8(engine, pattern, found):
    template = GLOBBED[engine] % pattern
    files = dict.fromkeys(["\udce9.txt", "\udce2\udc82.txt"], b"x")
    made = rendered(chart({"NOTES.txt": template}, files=files, engine=engine))
    names = [each for each in made["web/templates/NOTES.txt"].split(";") if each]
    assert len(names) == found
    assert set(names) <= set(files)


def test_a_glob_of_a_stranger_ends():
    """Python's own expressions would try until the sun is cold."""
    template = "a: {{ Files.Glob('%sz')|list|length }}" % ("**a" * 40)
    made = rendered(chart({"t.yaml": template}, files={"a" * 2000: b"x"}))
    assert made["web/templates/t.yaml"] == "a: 0"


def test_an_empty_chart_has_no_files():
    assert go_text('{{ (.Files.Glob "**").AsConfig }}') == "{}"
    assert go_text('{{ (.Files.Glob "**").AsSecrets }}') == "{}"
