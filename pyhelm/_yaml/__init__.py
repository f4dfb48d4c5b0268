"""The one reader and writer of YAML and JSON, with the rules of Helm's libraries.

Reading follows go-yaml v2 behind sigs.k8s.io/yaml (YAML 1.1 booleans, octals, every key a
string), writing follows its emitter and Go's encoding/json, byte for byte. PyYAML's C parser does
the syntax; its scalars, keys and layout are not Helm's, so those rules are here.
"""

from __future__ import annotations

from pyhelm._yaml.emitter import Plain, Quoted, dump, flow, quoted, scalar
from pyhelm._yaml.json import Fields, from_json, to_json
from pyhelm._yaml.numbers import Int64, exact, float32_text, float_text, json_number
from pyhelm._yaml.reader import decode, load, load_all, load_simple
from pyhelm._yaml.scalars import copied, resolve, whole_text

__all__ = [
    "Fields",
    "Int64",
    "Plain",
    "Quoted",
    "copied",
    "decode",
    "dump",
    "exact",
    "float32_text",
    "float_text",
    "flow",
    "from_json",
    "json_number",
    "load",
    "load_all",
    "load_simple",
    "quoted",
    "resolve",
    "scalar",
    "to_json",
    "whole_text",
]
