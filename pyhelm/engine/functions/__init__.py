"""Helm's and Sprig's functions, under their names and with their argument order.

`load(name)` imports a family when one of its functions is first used. Arguments are plain Python
values; errors are FunctionError, with Sprig's text where it has one. What only an engine can do
(`include`, `tpl`, `lookup`) is the engine's.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

FAMILIES = {
    "text": """
        abbrev abbrevboth camelcase cat contains hasPrefix hasSuffix indent initials join
        kebabcase lower nindent nospace plural print printf println quote randAlpha randAlphaNum
        randAscii randNumeric regexFind regexFindAll regexMatch regexQuoteMeta regexReplaceAll
        regexReplaceAllLiteral regexSplit repeat replace shuffle snakecase sortAlpha split
        splitList splitn squote substr swapcase title toString toStrings trim trimAll trimall
        trimPrefix trimSuffix trunc untitle upper wrap wrapWith
    """,
    "collections": """
        append chunk compact concat deepCopy dict dig first get has hasKey initial keys last list
        merge mergeOverwrite omit pick pluck prepend push rest reverse set slice tuple uniq unset
        values without mustAppend mustCompact mustFirst mustHas mustInitial mustLast mustMerge
        mustMergeOverwrite mustPrepend mustPush mustRest mustReverse mustSlice mustUniq
        mustWithout
    """,
    "numbers": """
        add add1 add1f addf atoi biggest ceil div divf float64 floor int int64 len max maxf min
        minf mod mul mulf randInt round seq sub subf toDecimal until untilStep
    """,
    "encoding": """
        b32dec b32enc b64dec b64enc base clean dir ext fromJson fromJsonArray fromYaml
        fromYamlArray isAbs mustFromJson mustToJson mustToPrettyJson mustToRawJson mustToYaml
        toJson toPrettyJson toRawJson toYaml urlJoin urlParse
    """,
    "crypto": """
        adler32sum bcrypt buildCustomCert decryptAES derivePassword encryptAES genCA genPrivateKey
        genSelfSignedCert genSignedCert htpasswd randBytes sha1sum sha256sum sha512sum uuidv4
    """,
    "dates": """
        ago date dateInZone date_in_zone dateModify date_modify duration durationRound htmlDate
        htmlDateInZone mustDateModify must_date_modify mustToDate now toDate unixEpoch
    """,
    "semver": """
        semver semverCompare
    """,
    "flow": """
        all any coalesce deepEqual default empty fail hello kindIs kindOf required ternary typeIs
        typeIsLike typeOf
    """,
}
"""The modules of this package, each ending in its FUNCTIONS table, and the names in it."""

NAMES = {name: family for family, names in FAMILIES.items() for name in names.split()}
"""Each function's family."""


class FunctionError(ValueError):
    """A function that can't do what it was asked, in Sprig's words."""


@cache
def load(name: str) -> Callable[..., Any]:
    """A function by its name; raises KeyError for an unknown one."""
    module = importlib.import_module(f"{__name__}.{NAMES[name]}")
    table: Mapping[str, Callable[..., Any]] = module.FUNCTIONS
    return table[name]
