"""What a function may be called with, decided when a template is compiled."""

from __future__ import annotations

from functools import cache

from pyhelm._dataclass import dataclass
from pyhelm.engine.functions.signatures import SIGNATURES

BUILTINS = {
    "and": "any ...any",
    "call": "any ...any",
    "eq": "any ...any",
    "ge": "any any",
    "gt": "any any",
    "html": "...any",
    "index": "any ...any",
    "js": "...any",
    "le": "any any",
    "len": "any",
    "lt": "any any",
    "ne": "any any",
    "not": "any",
    "or": "any ...any",
    "print": "...any",
    "printf": "string ...any",
    "println": "...any",
    "urlquery": "...any",
}
"""The parameters of text/template's own functions."""

PARAMETERS = BUILTINS | SIGNATURES
"""The parameters of all functions, by their names."""

_RESULTS = {
    "bool": """
        all any contains deepEqual empty eq ge gt has hasKey hasPrefix hasSuffix isAbs kindIs le
        lt mustHas mustRegexMatch ne not osIsAbs regexMatch semverCompare typeIs typeIsLike
    """,
    "float64": """
        add1f addf ceil divf durationDays durationHours durationMinutes durationSeconds
        durationWeeks float64 floor maxf minf mulf round subf
    """,
    "int": """
        atoi int len randInt
    """,
    "int64": """
        add add1 biggest div durationMicroseconds durationMilliseconds durationNanoseconds int64
        max min mod mul sub toDecimal
    """,
    "string": """
        abbrev abbrevboth adler32sum ago b32dec b32enc b64dec b64enc base bcrypt camelcase cat
        clean date dateInZone date_in_zone decryptAES derivePassword dir duration durationRound
        encryptAES ext fail genPrivateKey getHostByName hello html htmlDate htmlDateInZone
        htpasswd include indent initials join js kebabcase kindOf lower mustRegexFind
        mustRegexReplaceAll mustRegexReplaceAllLiteral mustToJson mustToPrettyJson mustToRawJson
        mustToToml mustToYaml nindent nospace osBase osClean osDir osExt plural print printf
        println quote randAlpha randAlphaNum randAscii randBytes randNumeric regexFind
        regexQuoteMeta regexReplaceAll regexReplaceAllLiteral repeat replace seq sha1sum sha256sum
        sha512sum shuffle snakecase squote substr swapcase title toJson toPrettyJson toRawJson
        toString toToml toYaml toYamlPretty tpl trim trimAll trimPrefix trimSuffix trimall trunc
        typeOf unixEpoch untitle upper urlJoin urlquery uuidv4 wrap wrapWith
    """,
    "[]string": """
        keys mustRegexFindAll mustRegexSplit regexFindAll regexSplit sortAlpha splitList toStrings
    """,
    "[]int": """
        until untilStep
    """,
    "map[string]any": """
        dict fromJson fromToml fromYaml lookup omit pick set unset urlParse
    """,
    "time.Time": """
        dateModify date_modify mustDateModify mustToDate must_date_modify now toDate
    """,
    "sprig.certificate": """
        buildCustomCert genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey
        genSignedCert genSignedCertWithKey
    """,
}

RESULTS = {name: result for result, names in _RESULTS.items() for name in names.split()}
"""The type that a function returns, read off helm's function map; `any` for those left out."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Types of the parameters; `rest` is the type of any more, if there may be more."""

    fixed: tuple[str, ...]
    rest: str | None = None

    def at(self, index: int) -> str:
        """The type of a parameter."""
        return self.fixed[index] if index < len(self.fixed) else self.rest or "any"

    def refuses(self, name: str, args: int, has_final: bool) -> str:
        """What Go says when there are too few or too many arguments; empty when it's right."""
        given, wanted = args + has_final, len(self.fixed)
        if self.rest is not None:
            if given >= wanted:
                return ""
            return f"wrong number of args for {name}: want at least {wanted} got {args}"
        return (
            ""
            if given == wanted
            else (f"wrong number of args for {name}: want {wanted} got {given}")
        )


_FOUND = {"bool": "bool", "string": "string", "float64": "float"} | dict.fromkeys(
    ("int", "int64", "time.Duration"), "integer"
)

INTEGERS = frozenset(name for name, found in _FOUND.items() if found == "integer")
"""Types that a literal integer is of."""


def literal_refused(literal: str, wanted: str) -> str:
    """What Go says of a literal that is not of a parameter's type."""
    if literal == "nil":
        return f"cannot assign nil to {wanted}"
    if wanted in _FOUND:
        return f"expected {_FOUND[wanted]}; found {literal}"
    return f"can't handle {literal} for arg of type {wanted.replace('any', 'interface {}')}"


def of(text: str) -> Signature:
    """A signature from its parameters' types, with blanks between."""
    types = text.split()
    if types and types[-1].startswith("..."):
        return Signature(tuple(types[:-1]), types[-1][3:])
    return Signature(tuple(types))


@cache
def signature(name: str) -> Signature:
    """A function's signature; raises KeyError for one that there isn't."""
    return of(PARAMETERS[name])


ELEMENTS = {"[]int": "int", "int": "int", "int64": "int64", "[]string": "string"}
"""The type of what a loop over such a value goes through, where it is no interface."""
