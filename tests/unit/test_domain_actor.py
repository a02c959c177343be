from uuid import uuid4

import pytest

from app.core.ids import UserId
from tests.values import actor


def test_a_logged_in_actor_is_a_person() -> None:
    user_id = UserId(uuid4())
    assert actor(user_id).person == user_id


def test_nobody_is_no_person() -> None:
    with pytest.raises(LookupError):
        _ = actor().person
    with pytest.raises(LookupError):
        _ = actor().session
