"""Random YAML: as values files, through fromYaml, and back through toYaml."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from tests.differential.referee import Referee, Tally, words, write_chart

SCALARS = words("""
0 1 -1 +1 007 0o17 0x1F 0b101 1_000 1e3 1E-3 -1.5e+2 .5 5. . -.inf .inf .NaN nan 1.2.3 1:30
190:20:30 12:30:45 true True TRUE yes Yes on Off n y ~ null Null NULL 2001-01-02
2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z 9223372036854775807 9223372036854775808
18446744073709551616 -9223372036854775809 0.1 1e400 -0 0.0 1_2.3_4 0x 0o8 08 099 !!str !!int << =
@a `b` %c &d *e !f |g >h 1e 1e+ e3 +.5 -.5 +.inf .Inf 1__0 _1 0_7 0x_F 0b 0b2 a:b a:1 --- ... -a
?b :c #d a#b
""")
QUOTED = ("'it''s'", '"a\\tb"', '"\\u65e5"', "''", '""', "'a: b'", '"\\x41\\n"', '"a\\\n  b"')
LETTERS = "ab01 :#-'\"\\{}[],&*!|>%@`?~<=.\t日é_+eE\n"
TAGS = ("", "", "", "", "", "!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "!!binary ", "! ")


class Grammar:
    """Text of documents, drawn from one source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.pick = chance.choice

    def scalar(self) -> str:
        kind = self.chance.random()
        if kind < 0.6:
            return self.pick(TAGS) + self.pick(SCALARS)
        if kind < 0.8:
            return self.pick(TAGS) + self.pick(QUOTED)
        return "".join(self.pick(LETTERS[:-1]) for _ in range(self.chance.randint(1, 6)))

    def key(self) -> str:
        return self.pick(("a", "b", "c", "1", "true", "null", "1.5", '"q"', "x y", self.scalar()))

    def flow(self, depth: int) -> str:
        kind = self.chance.random()
        if depth > 2 or kind < 0.5:
            return self.scalar()
        inside = [self.flow(depth + 1) for _ in range(self.chance.randint(0, 3))]
        if kind < 0.75:
            return f"[{', '.join(inside)}]"
        return f"{{{', '.join(f'{self.key()}: {each}' for each in inside)}}}"

    def block_text(self, indent: str) -> str:
        head = self.pick("|>") + self.pick(("", "-", "+", "2", "1-"))
        lines = (self.pick((" x", "y  ", "", "# z", "\tw", "  v", "a: b")) for _ in range(3))
        return head + "".join(f"\n{indent}  {line}" for line in lines)

    def node(self, depth: int, indent: str) -> str:
        """What stands after `key:` or `-`."""
        kind = self.chance.random()
        if depth > 2 or kind < 0.45:
            return f" {self.scalar()}"
        if kind < 0.6:
            return f" {self.flow(depth)}"
        if kind < 0.7:
            return f" {self.block_text(indent)}"
        return f"\n{self.block(depth + 1, indent + '  ')}"

    def block(self, depth: int, indent: str) -> str:
        count = range(self.chance.randint(1, 3))
        if self.chance.random() < 0.6:
            keys = [self.key() for _ in count]
            return "\n".join(f"{indent}{key}:{self.node(depth, indent)}" for key in keys)
        return "\n".join(f"{indent}-{self.node(depth, indent)}" for _ in count)

    def document(self) -> str:
        text = self.flow(0) if self.chance.random() < 0.2 else self.block(0, "")
        return text + self.pick(("", "\n", " # note\n", "\n\n"))


# The words of refusals are in tests/unit/yaml: texts as broken as these have several faults, and
# libyaml and go-yaml don't always meet the same one first.
READ = """\
{{ range $i, $text := .Values.texts }}
t{{ $i }}: {{ $made := FUNCTION $text }}
{{- if contains "error converting YAML" (toString $made) }}refused{{ else -}}
{{ toJson $made | quote }} # {{ toYaml $made | quote }}{{ end }}
{{- end }}
"""
WRITE = """\
all: |
  {{- toYaml .Values | nindent 2 }}
pretty: |
  {{- toYamlPretty .Values | nindent 2 }}
json: {{ toJson .Values | quote }}
toml: {{ toToml .Values | quote }}
text: {{ .Values | quote }}
"""


def fuzz(referee: Referee, where: Path, seed: int, count: int) -> Tally:
    """Compare `count` documents as values, and fifty times as many through fromYaml."""
    grammar, tally = Grammar(Random(seed)), Tally()
    for _ in range(count):
        _as_values(referee, where / "values", tally, grammar.document())
        texts = [grammar.document() for _ in range(50)]
        for function in ("fromYaml", "fromYamlArray"):
            _as_text(referee, where / function, tally, function, texts)
    return tally


def _as_values(referee: Referee, where: Path, tally: Tally, document: str) -> None:
    files = {"values.yaml": document, "templates/t.yaml": WRITE}
    referee.compare(tally, document, "template", "r", str(write_chart(where, files)))


def _as_text(referee: Referee, where: Path, tally: Tally, function: str, texts: list[str]) -> None:
    """All in one go; one by one to see which is the one."""
    template = {"templates/t.yaml": READ.replace("FUNCTION", function)}

    def same(texts: list[str], tally: Tally) -> bool:
        files = {**template, "values.yaml": json.dumps({"texts": texts})}
        chart = str(write_chart(where, files))
        return referee.compare(tally, f"{function} {texts}", "template", "r", chart)

    if same(texts, Tally()):
        tally.compared += len(texts)
        return
    for text in texts:
        same([text], tally)
