"""The documents that a schema is made of: its own, those it refers to, and the drafts' own.

What lies elsewhere is asked of a function that is handed in, since nothing here knows the network.
"""

from __future__ import annotations

from pyhelm._dataclass import dataclass, field
from pyhelm._lazy import logger_of, named
from pyhelm._typing import Any, Iterator
from pyhelm.chart import schema_standard
from pyhelm.chart.schema import FetchSchema
from pyhelm.chart.schema_standard import LATEST, draft_of, is_standard, standard

OWN = "file:///values.schema.json"
"""What Helm calls a chart's schema."""

REFERENCES = ("$ref", "$recursiveRef", "$dynamicRef")

ONE = (
    *("not", "additionalProperties", "items", "additionalItems", "propertyNames", "contains"),
    *("if", "then", "else", "unevaluatedProperties", "unevaluatedItems"),
)
"""Keywords that hold a schema."""

SOME = ("allOf", "anyOf", "oneOf", "items", "prefixItems")
"""Keywords that hold a list of schemas."""

NAMED = ("properties", "patternProperties", "dependencies", "dependentSchemas")
"""Keywords that hold a schema for each of some names."""

ASIDE = ("definitions", "$defs")
"""Keywords that hold schemas for others to refer to."""

logger = logger_of(__name__)


class BadSchema(ValueError):
    """A schema that can't be used; the reason, in Helm's words."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document, the draft it is written for, and where its own names lead."""

    url: str
    root: Any
    draft: int = LATEST
    names: dict[str, Place] = field(default_factory=dict)
    """By address and anchor: `https://a/b#c`; made when the first is asked for."""

    @property
    def place(self) -> Place:
        """The whole document."""
        return Place(self, "", _based(self.url, self.root, self.draft), self.root)


@dataclass(frozen=True, slots=True)
class Place:
    """A schema in a document: its JSON pointer, and the address that its references start from."""

    document: Document
    pointer: str
    base: str
    schema: Any

    @property
    def location(self) -> str:
        """Its address, as Helm's library shows it."""
        return f"{self.document.url}#{_encoded(self.pointer)}"

    @property
    def is_resource(self) -> bool:
        """Whether it has an address of its own."""
        return not self.pointer or bool(_id(self.schema, self.document.draft))

    def child(self, *steps: str | int) -> Place:
        """A schema inside of this one; raises LookupError."""
        pointer, base, schema = self.pointer, self.base, self.schema
        for step in steps:
            schema = schema[step]
            pointer += "/" + str(step).replace("~", "~0").replace("/", "~1")
        return Place(self.document, pointer, _based(base, schema, self.document.draft), schema)

    def children(self, aside: tuple[str, ...] = ()) -> Iterator[Place]:
        """The schemas directly inside, and those that are only there to be referred to."""
        schema = self.schema
        if not isinstance(schema, dict):
            return
        if self.document.draft < 2019 and "$ref" in schema and not aside:
            return
        for keyword in ONE:
            if isinstance(schema.get(keyword), dict | bool):
                yield self.child(keyword)
        for keyword in SOME:
            if isinstance(schema.get(keyword), list):
                yield from (self.child(keyword, n) for n in range(len(schema[keyword])))
        for keyword in (*NAMED, *aside):
            if isinstance(schema.get(keyword), dict):
                yield from (self.child(keyword, name) for name in schema[keyword])


class Documents:
    """All documents of one schema; each is fetched once."""

    def __init__(self, fetch: FetchSchema) -> None:
        self._fetch = fetch
        self._known: dict[str, Document] = {}
        self._resolved: dict[tuple[str, str], Place] = {}
        self.fetched: dict[str, bytes] = {}

    def own(self, data: bytes) -> Place:
        """A chart's schema, with all that it refers to at hand; raises BadSchema."""
        place = self._added(OWN, read(data)).place
        if b"Ref" in data or b"$ref" in data or b"\\u" in data:
            self._gather(place)
        return place

    def _gather(self, place: Place) -> None:
        """Follow each reference that can be reached: a broken one is an error for all values."""
        waiting, met = [place], set()
        while waiting:
            here = waiting.pop()
            key = (here.document.url, here.pointer)
            if key in met:
                continue
            met.add(key)
            waiting += here.children()
            if isinstance(here.schema, dict):
                found = (here.schema.get(keyword) for keyword in REFERENCES)
                waiting += [self.resolve(here, ref) for ref in found if isinstance(ref, str)]

    def get(self, url: str) -> Document:
        """The document at an address; raises BadSchema."""
        known = self._known.get(url)
        return known if known is not None else self._added(url, self._loaded(url))

    def _added(self, url: str, root: Any) -> Document:
        document = Document(url, root, self._draft(url, root, (url,)))
        if not is_standard(url):
            self._check(document.place)
        self._known[url] = document
        return document

    def _check(self, place: Place) -> None:
        wrong = schema_standard.fault(place, self)
        if wrong:
            raise BadSchema(wrong)

    def _draft(self, url: str, root: Any, seen: tuple[str, ...]) -> int:
        wanted = root.get("$schema") if isinstance(root, dict) else None
        if not isinstance(wanted, str):
            return LATEST
        draft = draft_of(wanted)
        if draft:
            return draft
        wanted = wanted.partition("#")[0]
        if wanted == url:
            raise BadSchema(f"draft {_quoted(wanted)} is not supported")
        if wanted in seen:
            raise BadSchema(f"cycle in resolving $schema in {_quoted(wanted)}")
        return self._draft(wanted, self._loaded(wanted), (*seen, wanted))

    def _loaded(self, url: str) -> Any:
        if is_standard(url):
            found = standard(url)
            if found is not None:
                return found
        scheme = url.partition(":")[0].lower()
        if scheme == "urn":
            _warn_once(url)
            self.fetched[url] = b""
            return True
        try:
            return read(self._bytes(scheme, url))
        except ValueError as exc:
            raise BadSchema(f"failing loading {_quoted(url)}: {exc}") from exc

    def _bytes(self, scheme: str, url: str) -> bytes:
        from pyhelm.errors import PyHelmError

        if scheme == "file":
            raise BadSchema("a schema may not read other files")
        if scheme == "http":
            raise BadSchema("schemas are fetched over https alone")
        if scheme != "https":
            raise BadSchema(f"no URLLoader registered for {_quoted(url)}")
        try:
            data = self._fetch(url)
        except PyHelmError as exc:
            raise BadSchema(str(exc)) from exc
        self.fetched[url] = data
        return data

    def resolve(self, place: Place, reference: str) -> Place:
        """The schema that a reference means; raises BadSchema."""
        key = (place.base, reference)
        if key not in self._resolved:
            self._resolved[key] = self._found(place, reference)
        return self._resolved[key]

    def _found(self, place: Place, reference: str) -> Place:
        from urllib.parse import unquote, urljoin

        relative, _, fragment = reference.partition("#")
        fragment = unquote(fragment)
        url = urljoin(place.base, relative) if relative else place.base
        start = self._resource(place.document, url)
        if not fragment or fragment.startswith("/"):
            found = _pointed(start, fragment)
            if not _is_schema(found) and not is_standard(found.document.url):
                self._check(found)
            return found
        named_so = _names(start.document).get(f"{start.base}#{fragment}")
        if named_so is None:
            shown = _quoted(f"{start.base}#{_encoded(fragment)}")
            raise BadSchema(f"anchor in {shown} not found in schema {_quoted(start.document.url)}")
        return named_so

    def _resource(self, document: Document, url: str) -> Place:
        if url == document.url:
            return document.place
        return _names(document).get(f"{url}#") or self.get(url).place


def dynamic(place: Place, anchor: str) -> Place | None:
    """The schema of a resource that has a `$dynamicAnchor` of this name."""
    found = _names(place.document).get(f"{place.base}#{anchor}")
    is_dynamic = found is not None and found.schema.get("$dynamicAnchor") == anchor
    return found if is_dynamic else None


def read(data: bytes) -> Any:
    """The value of a JSON document; raises BadSchema in Go's words."""
    from json import loads

    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        return loads(text, parse_constant=_refused)
    except RecursionError as exc:
        raise BadSchema("exceeded max depth") from exc
    except ValueError as exc:
        raise BadSchema(_fault(text)) from exc


def _refused(name: str) -> Any:
    raise ValueError(name)


def _fault(text: str) -> str:
    if not text.strip(" \t\r\n"):
        return "EOF"
    said: str = named("pyhelm.engine.functions.json:fault")(text)
    if said == "unexpected end of JSON input":
        return "unexpected EOF"
    ended = said.endswith(" after top-level value")
    return "invalid character after top-level value" if ended else said


_warned: set[str] = set()


def _warn_once(urn: str) -> None:
    if urn not in _warned:
        _warned.add(urn)
        logger.warning("unresolved URN reference ignored; using permissive schema", urn=urn)


def _pointed(start: Place, pointer: str) -> Place:
    place = start
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        try:
            is_list = isinstance(place.schema, list)
            place = place.child(int(name) if is_list and name.isdecimal() else name)
        except (LookupError, TypeError) as exc:
            url, whole = start.document.url, f"{start.pointer}{pointer}"
            raise BadSchema(
                f"json-pointer in {_quoted(f'{url}#{_encoded(whole)}')} not found"
            ) from exc
    return place


def _is_schema(place: Place) -> bool:
    """Whether a place is where its draft has schemas, so that it was checked with the document."""
    steps = place.pointer.split("/")[1:]
    aside = ASIDE if place.document.draft >= 2019 else ASIDE[:1]
    while steps:
        keyword, *steps = steps
        if keyword in (*NAMED, *aside) or (keyword in SOME and steps and steps[0].isdecimal()):
            if not steps:
                return False
            steps = steps[1:]
        elif keyword not in ONE:
            return False
    return True


def _names(document: Document) -> dict[str, Place]:
    if not document.names:
        waiting = [document.place]
        while waiting:
            here = waiting.pop()
            document.names.update(_named(here, document.draft))
            waiting += here.children(ASIDE)
    return document.names


def _named(place: Place, draft: int) -> Iterator[tuple[str, Place]]:
    if place.is_resource:
        yield f"{place.base}#", place
    if isinstance(place.schema, dict):
        written = place.schema.get("$id" if draft > 4 else "id") if draft < 2019 else ""
        anchors = [str(written or "").partition("#")[2]]
        if draft >= 2019:
            anchors = [place.schema.get(key, "") for key in ("$anchor", "$dynamicAnchor")]
        yield from ((f"{place.base}#{each}", place) for each in anchors if each)


def _id(schema: Any, draft: int) -> str:
    """The address that a schema gives itself."""
    if not isinstance(schema, dict) or (draft < 2019 and "$ref" in schema):
        return ""
    found = schema.get("$id" if draft > 4 else "id")
    return found.partition("#")[0] if isinstance(found, str) else ""


def _based(base: str, schema: Any, draft: int) -> str:
    own = _id(schema, draft)
    if not own:
        return base
    from urllib.parse import urljoin

    return urljoin(base, own)


def _encoded(pointer: str) -> str:
    from urllib.parse import quote

    return quote(pointer, safe="/$&+:=@-_.~")


def _quoted(text: str) -> str:
    found: str = named("pyhelm.engine.functions.quoting:quote")(text)
    return found
