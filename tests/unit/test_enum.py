"""Enumerations of strings that cost nothing to define."""

import copy
import pickle
from typing import Any

import pytest

from pyhelm._enum import unlisted
from pyhelm.release.model import HookEvent, Status


def test_members_are_strings_and_go_by_their_values():
    assert Status("deployed") is Status.DEPLOYED
    assert Status("deployed") == "deployed"
    assert (Status.DEPLOYED.name, Status.DEPLOYED.value) == ("DEPLOYED", "deployed")
    assert f"{Status.DEPLOYED}" == str(Status.DEPLOYED) == "deployed"
    assert repr(Status.DEPLOYED) == "<Status.DEPLOYED: 'deployed'>"
    assert isinstance(Status.DEPLOYED, Status)


def test_a_class_is_its_members():
    assert len(HookEvent) == len(list(HookEvent)) == len({*HookEvent})
    # Python 3.11's own enumerations, which type checkers take ours for, can't be asked for strings.
    words: Any = HookEvent
    assert "pre-install" in words
    assert "never" not in words


def test_other_values_are_refused():
    with pytest.raises(ValueError, match="'gone' is not a valid Status"):
        Status("gone")


def test_what_is_no_member_may_stand_for_itself():
    other = unlisted(Status, "weird")
    assert (other, other.value, other.name, str(other)) == ("weird", "weird", "", "weird")
    assert isinstance(other, Status)
    assert not other.is_pending
    assert other not in list(Status)
    assert pickle.loads(pickle.dumps(other)) == other
    with pytest.raises(ValueError, match="'weird' is not a valid Status"):
        Status("weird")


def test_members_can_not_be_changed_and_copies_are_the_same():
    with pytest.raises(AttributeError):
        Status.DEPLOYED.value = "x"  # type: ignore[misc]
    for each in (copy.copy, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))):
        assert each(Status.DEPLOYED) is Status.DEPLOYED
