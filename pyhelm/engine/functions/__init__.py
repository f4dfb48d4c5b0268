"""Helm's and Sprig's functions, under their names and with their argument order.

`load(name)` gives a function for Jinja: lenient about types, in characters, changing nothing in
place. `load_go(name)` gives it for Go's templates: its arguments are as `signatures` has them, its
results are of Go's types (`pyhelm.engine.gotypes`), and it does what Go's does. Each imports a
family when one of its functions is first used. Errors are FunctionError, with Sprig's text where it
has one. What only an engine can do (`include`, `tpl`, `lookup`) is the engine's.
"""

from __future__ import annotations

from pyhelm._lazy import cached, named
from pyhelm._typing import Any, Callable, Mapping

FAMILIES = {
    "case": """
        camelcase kebabcase snakecase swapcase title untitle
    """,
    "certificates": """
        buildCustomCert genCA genCAWithKey genPrivateKey genSelfSignedCert
        genSelfSignedCertWithKey genSignedCert genSignedCertWithKey
    """,
    "data": """
        fromJson fromJsonArray fromYaml fromYamlArray mustFromJson mustToJson mustToPrettyJson
        mustToRawJson mustToYaml toJson toPrettyJson toRawJson toYaml toYamlPretty
    """,
    "dates": """
        ago date dateInZone date_in_zone dateModify date_modify htmlDate htmlDateInZone
        mustDateModify must_date_modify mustToDate now toDate unixEpoch
    """,
    "decimals": """
        add1f addf divf mulf subf
    """,
    "dicts": """
        dict dig get hasKey keys merge mergeOverwrite mustMerge mustMergeOverwrite omit pick pluck
        set unset values
    """,
    "digests": """
        adler32sum sha1sum sha256sum sha512sum
    """,
    "durations": """
        duration durationDays durationHours durationMicroseconds durationMilliseconds
        durationMinutes durationNanoseconds durationRound durationRoundTo durationSeconds
        durationTruncateTo durationWeeks mustToDuration
    """,
    "encoding": """
        b32dec b32enc b64dec b64enc
    """,
    "flow": """
        all any coalesce default empty fail hello required ternary
    """,
    "lists": """
        append chunk compact concat first has initial last list mustAppend mustChunk mustCompact
        mustFirst mustHas mustInitial mustLast mustPrepend mustPush mustRest mustReverse mustSlice
        mustUniq mustWithout prepend push rest reverse slice tuple uniq without
    """,
    "network": """
        getHostByName
    """,
    "numbers": """
        add add1 atoi biggest ceil div float64 floor int int64 len max maxf min minf mod mul round
        seq sub toDecimal until untilStep
    """,
    "passwords": """
        bcrypt decryptAES derivePassword encryptAES htpasswd
    """,
    "paths": """
        base clean dir ext isAbs osBase osClean osDir osExt osIsAbs
    """,
    "printing": """
        html js print printf println urlquery
    """,
    "random": """
        randAlpha randAlphaNum randAscii randBytes randInt randNumeric shuffle uuidv4
    """,
    "regex": """
        mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll
        mustRegexReplaceAllLiteral mustRegexSplit regexFind regexFindAll regexMatch
        regexQuoteMeta regexReplaceAll regexReplaceAllLiteral regexSplit
    """,
    "semver": """
        semver semverCompare
    """,
    "text": """
        cat contains hasPrefix hasSuffix indent join lower nindent nospace plural quote repeat
        replace sortAlpha split splitList splitn squote substr toString toStrings trim trimAll
        trimall trimPrefix trimSuffix trunc upper
    """,
    "toml": """
        fromToml mustToToml toToml
    """,
    "types": """
        deepCopy deepEqual kindIs kindOf mustDeepCopy typeIs typeIsLike typeOf
    """,
    "urls": """
        urlJoin urlParse
    """,
    "wrap": """
        abbrev abbrevboth initials wrap wrapWith
    """,
}
"""The modules of this package, each ending in its tables, and the names in them.

FUNCTIONS serves both engines, but for the names that a family has in GO_FUNCTIONS too.
"""

NAMES = {name: family for family, names in FAMILIES.items() for name in names.split()}
"""Each function's family."""


class FunctionError(ValueError):
    """A function that can't do what it was asked, in Sprig's words."""


@cached
def load(name: str) -> Callable[..., Any]:
    """A function for Jinja by its name; raises KeyError for an unknown one."""
    table: Mapping[str, Callable[..., Any]] = named(f"{__name__}.{NAMES[name]}:FUNCTIONS")
    return table[name]


@cached
def load_go(name: str) -> Callable[..., Any]:
    """A function for Go's templates by its name; raises KeyError for an unknown one."""
    module = __import__(f"{__name__}.{NAMES[name]}", fromlist=("FUNCTIONS",))
    own: Mapping[str, Callable[..., Any]] = getattr(module, "GO_FUNCTIONS", {})
    return own[name] if name in own else load(name)
