from dataclasses import fields, replace
from typing import Any
from uuid import uuid4

import pytest

from app.application.reactions.email import LETTERS, EmailReaction, Writing
from app.application.reactions.registry import LoggedEvent
from app.core.ids import ConnectionId, TokenId, UserId
from app.core.loading import load
from app.domain.events.identity import PasswordResetRequestSucceeded, UserRegistrationSucceeded
from app.domain.events.registry import EVENTS
from tests.fakes.identity import FakeMailSecrets
from tests.fakes.mail import FakeMailer
from tests.office import POLICY
from tests.values import NOW, actor

load("app.application.reactions")
WRITING = Writing("https://money.example", FakeMailSecrets(), replace(POLICY, verification_hours=36, reset_minutes=20))
TOKEN_ID = TokenId(uuid4())
SECRET = FakeMailSecrets().secret(TOKEN_ID)


def happened(event: type, **changed: Any) -> LoggedEvent:
    user_id = UserId(uuid4())
    consent = {"connection_id": ConnectionId(uuid4()), "provider_slug": "schwab", "ends_at": NOW}
    known = (
        {"user_id": user_id, "email": "ada@example.com", "token_id": TOKEN_ID, "session_ids": ()} | consent | changed
    )
    said = event(**{field.name: known[field.name] for field in fields(event)})
    return LoggedEvent(
        position=1, id=uuid4(), user_id=user_id, occurred_at=NOW, meta=EVENTS[event], event=said, actor=actor()
    )


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def reaction(mailer: FakeMailer) -> EmailReaction:
    return EmailReaction(mailer, WRITING)


@pytest.mark.parametrize(
    ("event", "page", "term"),
    [
        (UserRegistrationSucceeded, "verify-email", "36 hours"),
        (PasswordResetRequestSucceeded, "reset-password", "20 minutes"),
    ],
)
async def test_a_mail_leads_to_the_page_and_says_how_long(
    reaction: EmailReaction, mailer: FakeMailer, event: type, page: str, term: str
) -> None:
    logged = happened(event)
    await reaction.handle(logged)
    (mail,) = mailer.sent
    assert (mail.to, mail.id) == ("ada@example.com", f"{logged.id}@dashtam")
    assert mail.link
    assert mail.link.url == f"https://money.example/{page}/{SECRET}"
    assert term in " ".join(mail.paragraphs)


@pytest.mark.parametrize("event", LETTERS, ids=lambda event: event.__name__)
async def test_only_a_link_holds_the_secret(reaction: EmailReaction, mailer: FakeMailer, event: type) -> None:
    await reaction.handle(happened(event))
    (mail,) = mailer.sent
    assert mail.subject
    assert mail.paragraphs
    assert SECRET not in mail.subject + " ".join(mail.paragraphs)


@pytest.mark.parametrize("event", LETTERS, ids=lambda event: event.__name__)
async def test_who_was_erased_gets_no_mail(reaction: EmailReaction, mailer: FakeMailer, event: type) -> None:
    await reaction.handle(happened(event, email=""))
    assert not mailer.sent


async def test_a_request_that_came_to_nothing_sends_nothing(reaction: EmailReaction, mailer: FakeMailer) -> None:
    await reaction.handle(happened(PasswordResetRequestSucceeded, token_id=None))
    assert not mailer.sent


async def test_the_same_event_makes_the_same_mail(reaction: EmailReaction, mailer: FakeMailer) -> None:
    logged = happened(UserRegistrationSucceeded)
    for _ in range(2):
        await reaction.handle(logged)
    assert mailer.sent[0] == mailer.sent[1]


def test_every_event_that_wants_a_mail_has_its_letter(reaction: EmailReaction) -> None:
    wanting = {event for event, meta in EVENTS.items() if reaction.wants(meta)}
    assert wanting == {*LETTERS}
    assert wanting
