"""The drafts of JSON Schema: which one a schema is written for, and whether it is a schema."""

from __future__ import annotations

from pyhelm._typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from pyhelm.chart.schema_documents import Documents, Place

LATEST = 2020

METASCHEMAS = {
    4: "http://json-schema.org/draft-04/schema",
    6: "http://json-schema.org/draft-06/schema",
    7: "http://json-schema.org/draft-07/schema",
    2019: "https://json-schema.org/draft/2019-09/schema",
    LATEST: "https://json-schema.org/draft/2020-12/schema",
}

_DRAFTS = {url.partition("://")[2]: draft for draft, url in METASCHEMAS.items()}
_DRAFTS["json-schema.org/schema"] = LATEST


def draft_of(url: str) -> int:
    """The draft that a `$schema` names; 0 for one that is not known."""
    scheme, _, rest = url.removesuffix("#").partition("://")
    return _DRAFTS.get(rest, 0) if scheme in ("http", "https") else 0


def is_standard(url: str) -> bool:
    """Whether an address belongs to the drafts."""
    return url.startswith(("http://json-schema.org/", "https://json-schema.org/"))


def standard(url: str) -> Any:
    """A document of the drafts, which the library brings along; None for others."""
    draft = draft_of(url)
    for each in [METASCHEMAS[draft]] if draft else [METASCHEMAS[2019], METASCHEMAS[LATEST]]:
        found = _bundled(each).get(METASCHEMAS[draft] if draft else url)
        if found is not None:
            return found
    return None


def _bundled(url: str) -> dict[str, Any]:
    import jsonschema_rs

    made: dict[str, Any] = jsonschema_rs.bundle({"$schema": url, "$ref": url})
    found = {**made.get("definitions", {}), **made.get("$defs", {})}.values()
    return {str(each.get("$id", each.get("id", ""))).rstrip("#"): each for each in found}


def fault(place: Place, documents: Documents) -> str:
    """Why a place is no schema of its draft, in Helm's words; empty when it is one."""
    from pyhelm.chart.violations import lines, violations

    url = METASCHEMAS[place.document.draft]
    if _is_plain(place.schema) and _is_valid(place.schema, url):
        return ""
    found = violations(documents.get(url).place, place.schema, documents, formats=True)
    said = f"is not valid against metaschema: jsonschema validation failed with '{url}#'"
    return "\n".join([f'"{place.location}" {said}', *lines(found)]) if found else ""


def _is_valid(schema: Any, url: str) -> bool:
    """Whether the library takes a schema, which it says a hundred times faster than we do."""
    import jsonschema_rs

    if isinstance(schema, bool):
        return True
    try:
        return bool(jsonschema_rs.meta.is_valid({**schema, "$schema": url}))
    except (ValueError, jsonschema_rs.ReferencingError):
        return False


def _is_plain(schema: Any) -> bool:
    """Whether there is nothing in a schema of which the library thinks otherwise than Helm's."""
    if not isinstance(schema, bool) and not (
        isinstance(schema, dict) and isinstance(schema.get("$schema", ""), str)
    ):
        return False
    from pyhelm.chart.schema_formats import fault as amiss

    return not any(amiss(name, text) for name, text in _formatted(schema))


def _formatted(schema: Any) -> Iterator[tuple[str, str]]:
    """Texts anywhere in a schema that have a format if they stand where they seem to."""
    if isinstance(schema, list):
        for each in schema:
            yield from _formatted(each)
        return
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        if key == "patternProperties" and isinstance(value, dict):
            yield from (("regex", name) for name in value)
        elif isinstance(value, str) and key in FORMATTED:
            yield FORMATTED[key], value
        yield from _formatted(value)


FORMATTED = {"pattern": "regex", "$ref": "uri-reference", "$id": "uri-reference", "id": "uri"}
