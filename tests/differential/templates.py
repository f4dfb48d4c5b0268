"""Random Go templates from a grammar, over values of every kind."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.differential.referee import Referee, Tally, words, write_chart

VALUES = """\
i: 3
f: 1.5
big: 1234567
s: "hello World"
e: ""
t: true
z: 0
n: null
yes: "yes"
l: [1, "two", 3.5, null, {a: 1}]
sl: ["b", "a", "c"]
el: []
m: {a: 1, b: "x", c: {d: [1,2], e: null}, n: null}
em: {}
uni: "日本語 é"
ml: "a\\nb\\n"
ver: "1.2.3-rc.1"
neg: -7
"""
FILES = {"a.txt": "a\n\n\n", "d/b.bin": "\x00\x7f" * 60, "d/c.txt": "c"}
HELPERS = """\
{{- define "t1" -}}T1[{{ kindOf . }}]{{- end -}}
{{ define "t2" }}T2 {{ .a }}{{ end }}
{{- define "t3" }}{{ .Values.s }}{{ $.Release.Name }}{{- end }}
"""
PATHS = words("""
.Values.i .Values.f .Values.big .Values.s .Values.e .Values.t .Values.z .Values.n .Values.l
.Values.sl .Values.el .Values.m .Values.m.a .Values.m.c .Values.m.c.d .Values.em .Values.uni
.Values.ml .Values.missing .Values.missing.x .Values.m.n .Values.ver .Values.neg .Release.Name
.Chart.Name .Values.s.x $.Values.m.b .Values .Chart.Version .Chart.name .Release.Revision
.Chart.Annotations .Capabilities .Capabilities.KubeVersion .Capabilities.APIVersions .Files
""")
ONE = words("""
upper lower title untitle trim quote squote nospace swapcase initials b64enc b64dec sha1sum
snakecase camelcase kebabcase toString toJson toYaml len empty not kindOf typeOf int int64 float64
first last rest initial reverse uniq compact sortAlpha keys values toStrings print println html js
urlquery toPrettyJson toRawJson base dir ext clean isAbs add1 floor ceil deepCopy atoi list
fromYaml fromJson toToml toYamlPretty b32enc adler32sum sha256sum regexQuoteMeta semver toDecimal
fromYamlArray fromJsonArray hello tuple any all coalesce mustToJson osBase
""")
TWO = words("""
trunc:I:S repeat:i:S indent:i:S nindent:i:S default:A:A eq:A:A ne:A:A lt:A:A le:A:A gt:A:A ge:A:A
contains:S:S hasPrefix:S:S hasSuffix:S:S trimPrefix:S:S trimSuffix:S:S trimAll:S:S cat:A:A
join:S:A splitList:S:S split:S:S index:A:K hasKey:M:S get:M:S has:A:L append:L:A prepend:L:A
without:L:A add:N:N sub:N:N mul:N:N div:N:N mod:N:N max:N:N min:N:N and:A:A or:A:A dict:S:A
list:A:A concat:L:L pick:M:S omit:M:S merge:M:M mergeOverwrite:M:M pluck:S:M semverCompare:C:V
regexMatch:P:S regexFind:P:S kindIs:S:A typeIs:S:A deepEqual:A:A round:N:i printf:F:A wrap:i:S
abbrev:i:S addf:N:N divf:N:N slice:L:i ternary:A:A required:S:A chunk:i:L seq:i:i set:M:S
unset:M:S dig:S:A plural:S:S tpl:S:A typeIsLike:S:A coalesce:A:A splitn:S:S substr:i:i
""")
LITERALS = {
    "S": ['"a"', '"hello World"', '""', '"日本"', "`raw`", '"x-y_z"', '"a,b,c"', '"\\t\\n"'],
    "I": ["3", "-2", "0", "100", "5"],
    "i": ["0", "1", "2", "3", "7"],
    "N": ["1", "2.5", "-3", "0", '"4"', "1000000", "7"],
    "A": ["1", '"s"', "true", "nil", "2.0", '"1"', "0"],
    "K": ["0", "1", '"a"', '"zz"', "5", "-1"],
    "M": ['(dict "a" 1)', "(dict)", '(dict "x" (dict "y" 2))'],
    "L": ["(list 1 2 3)", "(list)", '(list "a" nil 2.0)', '(list "b" "a" "a")'],
    "C": ['">=1.0"', '"^1.2"', '"~1.2.0-0"', '"<2 || >3"', '"1.x"', '"bad"'],
    "V": ['"1.2.3"', '"v1.5"', '"2.0.0-rc1"', '"x"'],
    "P": ['"^h"', '"[a-z]+"', '"(l+)"', '"["', '"o$"'],
    "G": ['"["', '"**"', '"*"', '""', '"d/*"', '"{a,b}*"', '"[^a]*"', '"[a-b]*"', '"{d"', '"none"'],
    "H": ['"a.txt"', '"d/b.bin"', '"d/c.txt"', '"none"'],
    "Z": [
        "1i",
        "1+2i",
        "0i",
        "0x_1p4",
        "0x123.",
        "1__0",
        "0x1p-2",
        "08",
        "1e400",
        "'\\xff'",
        "'é'",
    ],
    "F": ['"%v"', '"%s-%d"', '"%5.1f|"', '"%q"', '"%T"', '"%d"', '"%x"', '"%08d"', '"%t"', '"%+v"'],
}
TYPED = {
    "S": words(".Values.s .Values.e .Values.uni .Values.ml .Values.yes .Release.Name .Chart.Name"),
    "I": words(".Values.i .Values.z .Values.neg"),
    "i": words(".Values.i .Values.z"),
    "N": words(".Values.i .Values.f .Values.big .Values.neg .Values.z"),
    "K": words(".Values.i .Values.s"),
    "M": words(".Values.m .Values.m.c .Values.em .Values"),
    "L": words(".Values.l .Values.sl .Values.el .Values.m.c.d"),
    "V": words(".Values.ver .Chart.Version"),
}
LOOPS = {"": "{{.}}", "$x := ": "{{$x}}", "$k, $v := ": "{{$k}}={{$v}}"}
LEAVES = ("", "", '{{if eq (toString .) "two"}}{{break}}{{end}}', "{{if not .}}{{continue}}{{end}}")
MEMBERS = words("""
Files.Get:H Files.GetBytes:H Files.Lines:H Files.Glob:G Values.Table:S Values.PathValue:S
Values.YAML Values.AsMap Capabilities.APIVersions.Has:S Capabilities.KubeVersion.String
Values.m.x:A Values.n.x:A Values.missing.x:A x:A Release.Name:A Chart.IsRoot
""")
VERSION_MEMBERS = words("""
Major Minor Patch Prerelease Metadata Original String IncMajor IncMinor IncPatch SetPrerelease:S
SetMetadata:S Scan:S Compare:W Equal:W LessThan:W GreaterThan:W MarshalJSON MarshalText Value major
""")
WITHIN = words("has:$w:(list:$w) uniq:(list:$w:1:$w) without:(list:$w:1):$w merge:(dict):$w")
CONTEXTS = (".", "$", ".Values", ".Values.m", '(dict "a" 1)', "nil", '"str"')


class Grammar:
    """Text of templates, drawn from one source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.pick = chance.choice

    def often(self, part: float) -> bool:
        return self.chance.random() < part

    def atom(self, kind: str = "A") -> str:
        if self.often(0.5) or kind in "GHZ":
            return self.pick(LITERALS[kind])
        if self.often(0.6):
            return self.pick(TYPED.get(kind, PATHS))
        return self.pick(PATHS) if self.often(0.5) else f"({self.pipeline()})"

    def member(self) -> str:
        """A field or method of an object, a version, or what stands in parentheses."""
        if self.often(0.3):
            name, *kinds = self.pick(VERSION_MEMBERS).split(":")
            given = [
                f"(semver {self.atom('V')})" if each == "W" else self.atom(each) for each in kinds
            ]
            return " ".join([f"(semver {self.atom('V')}).{name}", *given])
        if self.often(0.4):
            return f"({self.pipeline()}).{self.pick(('a', 'x.y', 'Name', 'none.y.z'))}"
        name, *kinds = self.pick(MEMBERS).split(":")
        start = self.pick((".", ".", "$."))
        after = self.pick((".AsConfig", ".AsSecrets")) if "Glob" in name else ""
        made = " ".join([start + name, *map(self.atom, kinds)])
        return f"({made}){after}" if after else made

    def call(self) -> str:
        if self.often(0.05):
            function = self.pick(("list", "print", "kindOf", "eq 1i", "int"))
            return f"{function} {self.atom('Z')}"
        if self.often(0.45):
            return f"{self.pick(ONE)} {self.atom(self.pick('SSSNLMA'))}"
        name, *kinds = self.pick(TWO).split(":")
        return " ".join([name, *map(self.atom, kinds)])

    def pipeline(self) -> str:
        starts = [lambda: self.pick(PATHS), self.call, self.call, self.call, self.atom, self.member]
        text = self.pick(starts)()
        while self.often(0.4):
            if self.often(0.6):
                text += f" | {self.pick(ONE)}"
            else:
                name, kind, _ = self.pick(TWO).split(":")
                text += f" | {name} {self.atom(kind)}"
        return text

    def action(self, text: str) -> str:
        return self.pick(("{{", "{{", "{{- ")) + text + self.pick(("}}", "}}", " -}}"))

    def statement(self, depth: int = 0) -> str:
        plain = lambda depth: self.action(self.pipeline())  # noqa: E731
        if depth > 2 or self.often(0.5):
            return plain(depth)
        branches = (
            *(self.condition, self.scope, self.loop, self.variable, self.inclusion),
            *(self.assignment, self.within),
        )
        return self.pick(branches)(depth)

    def condition(self, depth: int) -> str:
        other = self.pick(("", "{{else}}", "{{else if " + self.pipeline() + "}}"))
        then = self.action(f"if {self.pipeline()}") + self.body(depth)
        return then + (other and other + self.body(depth)) + "{{end}}"

    def scope(self, depth: int) -> str:
        start = self.action(f"with {self.pipeline()}")
        return start + self.body(depth) + "{{.}}" + self.pick(("", "{{else}}E")) + "{{end}}"

    def loop(self, depth: int) -> str:
        names = self.pick(list(LOOPS))
        over = self.pick([self.pick(PATHS), self.pipeline(), "(list 1 2)", "until 3", "3"])
        inside = self.pick(LEAVES) + LOOPS[names] + self.body(depth)
        other = self.pick(("", "{{else}}none"))
        return self.action(f"range {names}{over}") + inside + other + "{{end}}"

    def variable(self, depth: int) -> str:
        first = self.action(f"$y := {self.pipeline()}")
        return first + "{{$y}}{{$y = " + self.atom() + "}}{{$y}}"

    def assignment(self, depth: int) -> str:
        """A loop or block that assigns to a variable, known or not, or to the dollar sign."""
        name = self.pick(("$", "$y", "$y", "$none"))
        known = "{{$y := 0}}" if name == "$y" else ""
        over = self.pick(("list 1 2", "list", "dict", "0", self.pipeline()))
        keyword = self.pick(("range", "with", "if"))
        shown = "{{" + name + "}}{{.}}"
        other = self.pick(("", "{{else}}" + shown))
        start = "{{" + f"{keyword} {name} = {over}" + "}}"
        return known + start + shown + self.body(depth) + other + "{{end}}" + shown

    def within(self, depth: int) -> str:
        """A map within itself, which functions are given."""
        made = '{{$w := dict "a" 1}}{{$_ := set $w "w" $w}}'
        return made + "{{len (list (" + self.pick(WITHIN).replace(":", " ") + "))}}{{$w.w.w.a}}"

    def inclusion(self, depth: int) -> str:
        called = f'"t{self.chance.randint(1, 3)}" {self.pick(CONTEXTS)}'
        after = self.pick(("", " | quote", " | nindent 2", " | len"))
        return self.action(self.pick((f"include {called}{after}", f"template {called}")))

    def body(self, depth: int) -> str:
        count = range(self.pick((0, 1, 1, 2)))
        parts = (self.statement(depth + 1) + self.pick(("", "\n", " ")) for _ in count)
        return self.pick(("\n", " ", "x", "\n  ", "")) + "".join(parts)

    def template(self) -> str:
        return "".join(
            self.statement() + self.pick(("", "\n# ", " ")) for _ in range(self.pick((1, 1, 2)))
        )


def fuzz(referee: Referee, where: Path, seed: int, count: int) -> Tally:
    """Compare `count` templates; each result is in a block scalar, so that any text is YAML."""
    grammar, tally = Grammar(Random(seed)), Tally()
    for number in range(count):
        made = grammar.template()
        text = f'a: |\n  {{{{- define "m{number}" }}}}# {made}{{{{ end }}}}\n'
        text += f'{{{{ include "m{number}" . | indent 2 }}}}\n'
        files = {**FILES, "values.yaml": VALUES, "templates/_h.tpl": HELPERS}
        files["templates/t.yaml"] = text
        referee.compare(tally, made, "template", "r", str(write_chart(where, files)))
    return tally
