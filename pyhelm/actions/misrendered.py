"""What a Jinja template made that is no object, told where the template says it."""

from __future__ import annotations

from pyhelm._lazy import lazy_pattern
from pyhelm.engine.origins import Origins
from pyhelm.errors import RenderError

_SECRET = lazy_pattern(r"(?m)^kind:\s*[\"']?Secret\b")


def told(error: RenderError, whole: str, origins: Origins) -> RenderError:
    """The error to raise for one of reading a document, in the `whole` text of its template.

    Its `line` and `column` are those of the template, or of the macro, that wrote the line.
    """
    lines = whole.split("\n")
    number = error.line or _line(error, whole)
    while number > 1 and not lines[number - 1].strip():
        # What is missing at a text's end is told at the last line that says something.
        number -= 1
    place = origins.place(error.template, lines, number)
    written = origins.source_line(place) if place else ""
    column = _column(lines[number - 1], written, error.column) if number == error.line else 0
    start = f"{place}:{column}" if column else place or error.template
    shown = origins.shown(place, column) + _rendered(error, place)
    found = RenderError(
        "\n".join([f"{start}: {error.plain}", *shown]),
        problem=error.plain,
        template=place.rpartition(":")[0] or error.template,
        line=int(place.rpartition(":")[2] or 0),
        column=column,
        source_line=written,
    )
    found.is_jinja = True
    found.document = error.document
    found.rendered = f"---\n# Source: {error.template}\n{error.document}\n"
    return found


def _line(error: RenderError, whole: str) -> int:
    """The line of a document's field, or the first that says something."""
    from pyhelm._yaml.places import lines

    document = error.document
    before = whole.count("\n", 0, max(whole.find(document), 0))
    found = lines(document, error.field)
    said = (n for n, text in enumerate(document.split("\n"), 1) if text.split("#")[0].strip())
    return before + (found[-1] if found else next(said, 1))


def _column(made: str, written: str, column: int) -> int:
    """A column of a rendered line as it is in the template; 0 where an expression is before it."""
    text, source = made.lstrip(), written.lstrip()
    offset = column - 1 - (len(made) - len(text))
    alike = source.split("{{")[0][: offset + 1]
    if offset < 0 or len(alike) <= offset or not text.startswith(alike):
        return 0
    return len(written) - len(source) + offset + 1


def _rendered(error: RenderError, place: str) -> list[str]:
    """The rendered lines around the fault; never a Secret's."""
    elsewhere = place and place.rpartition(":")[0] != error.template
    other = f", from {error.template}" if elsewhere else ""
    if not error.excerpt or _SECRET.search(error.document):
        return [f"  rendered{other[1:]}"] if other else []
    return [error.excerpt.replace("rendered:", f"rendered{other}:", 1)]
