from enum import StrEnum as StrEnum
from typing import TypeVar

T = TypeVar("T", bound=StrEnum)

def unlisted(cls: type[T], value: str) -> T: ...
