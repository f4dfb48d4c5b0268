"""go-yaml's grammar over libyaml's tokens, for texts on which libyamls part.

All libyamls make the same tokens of a text. What PyYAML's parser in Python makes of the tokens is
what go-yaml makes of them, but for what is said here, and for the words of errors.
"""

from __future__ import annotations

from pyhelm._typing import Any
from pyhelm._yaml.go_tokens import GoTokens

_WORDS = {
    "expected ',' or ']'": "did not find expected ',' or ']'",
    "expected ',' or '}'": "did not find expected ',' or '}'",
    "expected the node content": "did not find expected node content",
    "expected '<document start>'": "did not find expected <document start>",
    "expected <block end>": "did not find expected key",
    "found undefined tag handle": "found undefined tag handle",
    "found duplicate YAML directive": "found duplicate %YAML directive",
    "found incompatible YAML document": "found incompatible YAML document",
    "duplicate tag handle": "found duplicate %TAG directive",
}


def parser(yaml: Any, scanner: Any) -> Any:
    """A parser of the tokens that the scanner, one of libyaml's, finds."""
    tokens = yaml.tokens
    scanner = GoTokens(tokens, scanner.get_token)
    ends = tokens.ValueToken, tokens.FlowEntryToken, tokens.FlowSequenceEndToken

    class Parser(yaml.parser.Parser):  # type: ignore[misc]
        reads_as_go = True
        get_token, peek_token = scanner.get_token, scanner.peek_token
        check_token = scanner.check_token

        def get_event(self) -> Any:
            try:
                return super().get_event()
            except yaml.parser.ParserError as exc:
                exc.problem = _words(exc)
                raise

        def parse_flow_sequence_entry_mapping_key(self) -> Any:
            """`[? …`: what ends an empty key is skipped, so that `[?]` wants another bracket."""
            scanner.get_token()
            self.state = self.parse_flow_sequence_entry_mapping_value
            if scanner.check_token(*ends):
                return super().process_empty_scalar(scanner.get_token().end_mark)
            self.states.append(self.state)
            return self.parse_flow_node()

        def process_empty_scalar(self, mark: Any) -> Any:
            """Nothing, inside brackets, is where the next token is."""
            if self.state.__name__.startswith("parse_flow_"):
                mark = scanner.peek_token().start_mark
            return super().process_empty_scalar(mark)

    return Parser()


def _words(error: Any) -> str:
    """What libyaml and go-yaml say."""
    problem: str = error.problem
    if error.context == "while parsing a block collection":
        return "did not find expected '-' indicator"
    return next((said for start, said in _WORDS.items() if problem.startswith(start)), problem)
