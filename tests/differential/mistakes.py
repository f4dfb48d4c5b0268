"""Manifests with the mistakes of people and templates: which fault is told, and of which line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.differential.referee import Referee, Tally, write_chart

MANIFESTS = (
    """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "web"
  labels: {app: web, 'tier': "front"}
  annotations:
    note: |
      two
       lines: here
    folded: >-
      one
      line
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    spec:
      containers:
        - name: web
          image: 'nginx:1.27'
          args: ["-c", "/etc/x.conf", a]
          env:
          - name: A
            value: "1"
          - {name: B, value: b}
          resources: {}
          command:
          - sh
          - -c
          - echo "a: b" # said
""",
    """\
# A service.
kind: Service
metadata: {name: a}
spec:
  type: ClusterIP
  ports:
  - port: 80
    targetPort: http

  - port: 443
  selector:
    app: &app web
    other: *app
  externalIPs: []
""",
    """\
a: 1
b:
  c: [1, 2,
    3]
  d: 'text
    that goes on'
  ? e
  : f
list:
- - x
  - y
-
  z: !!str 1
last: "end"
""",
)
LINES = """\
{}
[]
{a: b}
[a]
null
a
- a
a: b
"a"
''
# a
---
...
a: b: c
- - a
? a
: a
&a
*a
!a
|
%a
@a
`a`
<<: a
- a: b
{
}
[
]
a:
-
{}: a
{} a
[]: a
a: {
a: [b
""".splitlines()
PIECES = (
    *("{{ a }}", "{", "}", "[", "]", '"', "'", ": ", ":", "- ", "#", " #", ",", "&", "*"),
    *("!", "|", ">", "%", "@", "`", "\t", "\n", " ", "  ", "? ", "\\", "a: b", "{}", "[]"),
)

Mistake = Callable[[Random, str], str]


def a_line_more(chance: Random, text: str) -> str:
    """Another line somewhere, at any depth: what `toYaml` makes of nothing, say."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines.insert(at, " " * chance.randint(0, 10) + chance.choice(LINES))
    return "\n".join(lines)


def another_indentation(chance: Random, text: str) -> str:
    """A line, or all from there on, deeper or less deep."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    end = chance.choice((at + 1, at + 2, len(lines)))
    by = chance.choice((-4, -2, -1, 1, 2, 3))
    lines[at:end] = [" " * by + each if by > 0 else each[-by:] for each in lines[at:end]]
    return "\n".join(lines)


def a_tab(chance: Random, text: str) -> str:
    """A line that is indented with a tab."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] = "\t" + lines[at].lstrip() if chance.random() < 0.5 else lines[at] + "\t"
    return "\n".join(lines)


def something_less(chance: Random, text: str) -> str:
    """A character that is missing, most often one that means something."""
    signs = [at for at, sign in enumerate(text) if sign in ":-\"'{}[],\n|>&*"]
    at = chance.choice(signs) if chance.random() < 0.8 else chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def something_more(chance: Random, text: str) -> str:
    """A sign or a piece of a template where none belongs."""
    ends = [at for at, sign in enumerate(text) if sign in ": \n\"'"]
    at = chance.choice(ends) + chance.randint(0, 1)
    return text[:at] + chance.choice(PIECES) + text[at:]


def a_line_twice(chance: Random, text: str) -> str:
    """A line that is somewhere else as well."""
    lines = text.split("\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return "\n".join(lines)


def the_beginning(chance: Random, text: str) -> str:
    """What is there of a file that was cut off."""
    return text[: chance.randrange(20, len(text) + 1)]


MISTAKES: tuple[Mistake, ...] = (
    *(a_line_more, a_line_more, another_indentation, another_indentation, a_tab),
    *(something_less, something_less, something_more, something_more, a_line_twice, the_beginning),
)
AT_ONCE = 500
TEMPLATE = "all:\n{{- range .Values.texts }}\n- {{ toJson (fromYaml .) }}\n{{- end }}\n"


def broken(chance: Random) -> str:
    """A manifest with a mistake or two."""
    text = chance.choice(MANIFESTS)
    for _ in range(chance.choice((1, 1, 2))):
        text = chance.choice(MISTAKES)(chance, text) or text
    return text


def fuzz(referee: Referee, where: Path, seed: int, count: int) -> Tally:
    """Compare fifty texts for each one of `count`, many with one command, through fromYaml."""
    chance, tally = Random(seed), Tally()
    texts = [broken(chance) for _ in range(count * 50)]
    for start in range(0, len(texts), AT_ONCE):
        _compare(referee, where, tally, texts[start : start + AT_ONCE])
    return tally


def _compare(referee: Referee, where: Path, tally: Tally, texts: list[str]) -> None:
    """What both say of each text, line by line."""
    values = json.dumps({"texts": texts})
    chart = write_chart(where, {"values.yaml": values, "templates/t.yaml": TEMPLATE})
    answers = [ask("template", "r", str(chart)) for ask in (referee.theirs, referee.ours)]
    theirs, ours = (answer.text.split("\n- ")[1:] for answer in answers)
    assert len(theirs) == len(ours) == len(texts), [answer.text[-600:] for answer in answers]
    tally.compared += len(texts)
    for text, their, our in zip(texts, theirs, ours, strict=True):
        tally.refused += their.startswith('{"Error":')
        if their != our:
            tally.found.append(f"--- {text!r}\nhelm   {their}\npyhelm {our}")
