"""base64, base32, JSON, YAML, paths and URLs."""

from __future__ import annotations

import base64
import binascii
import posixpath
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pyhelm import _yaml
from pyhelm.engine.functions import FunctionError
from pyhelm.engine.functions.text import to_text
from pyhelm.errors import YAMLError


def to_yaml(value: Any) -> str:
    """YAML without its last newline; nothing for what YAML can't hold."""
    try:
        return _yaml.dump(value).removesuffix("\n")
    except ValueError:
        return ""


def from_yaml(text: str) -> dict[str, Any]:
    """The mapping in a YAML text; a fault goes into the key `Error`."""
    try:
        found = _yaml.load(text)
    except YAMLError as exc:
        return {"Error": f"error converting YAML to JSON: {exc.go}"}
    return found if isinstance(found, dict) else {}


def from_yaml_array(text: str) -> list[Any]:
    """The list in a YAML text; a fault is its one item."""
    try:
        found = _yaml.load(text)
    except YAMLError as exc:
        return [f"error converting YAML to JSON: {exc.go}"]
    return found if isinstance(found, list) else []


def from_json(text: str) -> Any:
    """The mapping in a JSON text; a fault goes into the key `Error`."""
    try:
        return _yaml.from_json(text)
    except ValueError as exc:
        return {"Error": str(exc)}


def from_json_array(text: str) -> list[Any]:
    """The list in a JSON text; a fault is its one item."""
    try:
        found = _yaml.from_json(text)
    except ValueError as exc:
        return [str(exc)]
    return found if isinstance(found, list) else []


def decode(text: str, decoder: Callable[[bytes], bytes]) -> str:
    """Decoded text; the error's text when it can't be, as Sprig has it."""
    try:
        return decoder(text.encode()).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as exc:
        return str(exc)


def url_parse(text: str) -> dict[str, str]:
    """The parts of a URL."""
    parts = urlsplit(text)
    user, at, host = parts.netloc.rpartition("@")
    return {
        "scheme": parts.scheme,
        "host": host,
        "hostname": parts.hostname or "",
        "path": parts.path,
        "query": parts.query,
        "opaque": "",
        "fragment": parts.fragment,
        "userinfo": user if at else "",
    }


def url_join(parts: dict[str, str]) -> str:
    """A URL from its parts."""
    user, host = parts.get("userinfo", ""), parts.get("host", "")
    netloc = f"{user}@{host}" if user else host
    names = ("path", "query", "fragment")
    return urlunsplit((parts.get("scheme", ""), netloc, *(parts.get(name, "") for name in names)))


def clean(path: str) -> str:
    """A path without detours."""
    return posixpath.normpath(path) if path else "."


def must(function: Callable[..., Any]) -> Callable[..., Any]:
    """The variant that fails instead of handing out the error."""

    def strict(*arguments: Any) -> Any:
        found = function(*arguments)
        if isinstance(found, dict) and set(found) == {"Error"}:
            raise FunctionError(str(found["Error"]))
        return found

    return strict


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "b32dec": lambda text: decode(text, base64.b32decode),
    "b32enc": lambda text: base64.b32encode(to_text(text).encode()).decode(),
    "b64dec": lambda text: decode(text, lambda data: base64.b64decode(data, validate=True)),
    "b64enc": lambda text: base64.b64encode(to_text(text).encode()).decode(),
    "base": lambda path: posixpath.basename(path.rstrip("/")) or ("/" if path else "."),
    "clean": clean,
    "dir": lambda path: clean(posixpath.dirname(path)),
    "ext": lambda path: posixpath.splitext(path)[1],
    "fromJson": from_json,
    "fromJsonArray": from_json_array,
    "fromYaml": from_yaml,
    "fromYamlArray": from_yaml_array,
    "isAbs": lambda path: path.startswith("/"),
    "mustFromJson": must(from_json),
    "mustToJson": _yaml.to_json,
    "mustToPrettyJson": lambda value: _yaml.to_json(value, indent="  "),
    "mustToRawJson": lambda value: _yaml.to_json(value, escape_html=False),
    "mustToYaml": to_yaml,
    "toJson": _yaml.to_json,
    "toPrettyJson": lambda value: _yaml.to_json(value, indent="  "),
    "toRawJson": lambda value: _yaml.to_json(value, escape_html=False),
    "toYaml": to_yaml,
    "urlJoin": url_join,
    "urlParse": url_parse,
}
