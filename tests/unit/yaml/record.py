"""Record what helm's fromYaml makes of each text: `python -m tests.unit.yaml.record`.

Reads and writes facts.json beside this file: texts are its keys, so a new one needs `""` as value.
"""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path

from pyhelm import _yaml
from tests.control_plane import build
from tests.differential.referee import Referee, write_chart

FACTS = Path(__file__).with_name("facts.json")
MADE = "list (fromYaml .) (fromYamlArray .) (toYaml (fromYaml .)) | toJson"
"""What a text becomes: the same template for helm and for PyHelm."""

TEMPLATE = f"""\
all:
{{{{- range .Values.texts }}}}
{{{{- with b64dec . }}}}
- {{{{ {MADE} | quote }}}}
{{{{- end }}}}
{{{{- end }}}}
"""


def encoded(text: str) -> str:
    """In base64, because go-yaml doesn't read all that JSON escapes."""
    return base64.b64encode(text.encode()).decode()


def main() -> None:
    """Ask helm once for all."""
    texts = list(json.loads(FACTS.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory() as home:
        files = {
            "values.yaml": json.dumps({"texts": list(map(encoded, texts))}),
            "templates/t.yaml": TEMPLATE,
        }
        chart = write_chart(Path(home) / "chart", files)
        referee = Referee(build.build() / "helm", Path(home))
        answer = referee.theirs("template", "r", str(chart))
    assert answer.code == 0, answer.text
    said = _yaml.load(answer.text)["all"]
    shown = json.dumps(dict(zip(texts, said, strict=True)), indent=0)
    FACTS.write_text(shown + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
