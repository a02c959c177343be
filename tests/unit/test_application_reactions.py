from uuid import uuid4

from app.application.reactions.email import LETTERS, EmailReaction, Writing
from app.application.reactions.registry import LoggedEvent
from app.core.ids import TokenId, UserId
from app.domain.events.identity import UserRegistrationSucceeded
from app.domain.events.registry import EVENTS
from tests.fakes.identity import FakeMailTokens
from tests.fakes.mail import FakeMailer
from tests.values import NOW

EVENT = UserRegistrationSucceeded(user_id=UserId(uuid4()), email="ada@example.com", token_id=TokenId(uuid4()))
LOGGED = LoggedEvent(
    position=1, id=uuid4(), user_id=EVENT.user_id, occurred_at=NOW, meta=EVENTS[type(EVENT)], event=EVENT
)


async def test_a_registration_is_answered_by_a_mail_with_the_token() -> None:
    mailer = FakeMailer()
    await EmailReaction(mailer, Writing("https://money.example", FakeMailTokens())).handle(LOGGED)
    (mail,) = mailer.sent
    assert (mail.to, mail.id) == ("ada@example.com", f"{LOGGED.id}@dashtam")
    assert FakeMailTokens().secret(EVENT.token_id) in mail.text
    assert "https://money.example/api/v1/email-verifications" in mail.text


async def test_the_same_event_makes_the_same_mail() -> None:
    mailer = FakeMailer()
    reaction = EmailReaction(mailer, Writing("https://money.example", FakeMailTokens()))
    for _ in range(2):
        await reaction.handle(LOGGED)
    assert mailer.sent[0] == mailer.sent[1]


def test_every_event_that_wants_a_mail_has_its_letter() -> None:
    reaction = EmailReaction(FakeMailer(), Writing("", FakeMailTokens()))
    wanting = {event for event, meta in EVENTS.items() if reaction.wants(meta)}
    assert wanting == {*LETTERS}
    assert wanting
