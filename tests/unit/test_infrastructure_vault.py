from dataclasses import replace
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.ids import AccountId, UserId
from app.domain.protocols.ledger import AccountNumber
from app.domain.protocols.secrets import Key, KeyRing
from app.infrastructure.security.vault import KeyedAccountNumberVault

OLD, NEW = Key("old", b"o" * 32), Key("new", b"n" * 32)
NUMBER = AccountNumber(bank_code="021000021", number="000123456789", currency="USD")
USER, ACCOUNT = UserId(uuid4()), AccountId(uuid4())


def vault(*keys: Key) -> KeyedAccountNumberVault:
    return KeyedAccountNumberVault(KeyRing(keys), KeyRing(keys))


def test_a_number_has_one_fingerprint_a_key_the_current_key_s_first() -> None:
    before, after = vault(OLD).fingerprints(NUMBER), vault(NEW, OLD).fingerprints(NUMBER)
    assert len({*after}) == 2
    assert after[1:] == before
    assert vault(NEW).fingerprints(NUMBER) == after[:1]


@pytest.mark.parametrize(
    "other",
    [
        replace(NUMBER, bank_code=""),
        replace(NUMBER, number="000123456780"),
        replace(NUMBER, currency="EUR"),
        AccountNumber(bank_code="02100002", number="1000123456789", currency="USD"),
    ],
)
def test_another_number_has_another_fingerprint(other: AccountNumber) -> None:
    assert vault(NEW).fingerprints(other) != vault(NEW).fingerprints(NUMBER)


def test_a_sealed_number_shows_nothing_and_is_never_sealed_alike() -> None:
    first, second = [vault(NEW, OLD).seal(NUMBER, USER, ACCOUNT) for _ in range(2)]
    assert first != second
    assert first.startswith(b"v1.new.")
    assert not [part for part in (b"123456789", b"021000021") if part in first]


def test_a_sealed_number_opens_for_its_user_and_account_only() -> None:
    sealed = vault(NEW).seal(NUMBER, USER, ACCOUNT).removeprefix(b"v1.new.")
    nonce, text, cipher = sealed[:12], sealed[12:], AESGCM(NEW.secret)
    assert cipher.decrypt(nonce, text, USER.bytes + ACCOUNT.bytes) == b"021000021\x1f000123456789"
    for bound in (ACCOUNT.bytes + USER.bytes, uuid4().bytes + ACCOUNT.bytes, USER.bytes + uuid4().bytes, None):
        with pytest.raises(InvalidTag):
            cipher.decrypt(nonce, text, bound)
