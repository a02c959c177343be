from uuid import uuid4

import pytest

from app.application.services.ownership import OwnershipVerifier
from app.core.errors import NotFound
from app.core.ids import UserId
from app.core.result import Failure, Success
from app.domain.protocols.ownership import Owned
from tests.fakes.ledger import FakeOwnershipReader
from tests.values import actor


@pytest.mark.parametrize("kind", Owned)
async def test_only_ones_own_is_found(kind: Owned) -> None:
    me, mine, theirs = UserId(uuid4()), uuid4(), uuid4()
    verifier = OwnershipVerifier(FakeOwnershipReader({(kind, mine): me, (kind, theirs): UserId(uuid4())}), actor(me))
    ask = getattr(verifier, kind)
    assert await ask(mine) == Success(None)
    foreign, missing = await ask(theirs), await ask(uuid4())
    assert foreign == missing == Failure(NotFound(detail=f"No such {kind}."))


@pytest.mark.parametrize("kind", Owned)
async def test_a_thing_of_another_kind_with_that_id_does_not_count(kind: Owned) -> None:
    me, thing = UserId(uuid4()), uuid4()
    others = {(other, thing): me for other in Owned if other is not kind}
    assert isinstance(await getattr(OwnershipVerifier(FakeOwnershipReader(others), actor(me)), kind)(thing), Failure)


async def test_nobody_owns_anything() -> None:
    with pytest.raises(LookupError):
        await OwnershipVerifier(FakeOwnershipReader(), actor()).account(uuid4())
