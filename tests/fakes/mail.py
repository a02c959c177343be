"""Mail that goes nowhere."""

from dataclasses import dataclass, field

from app.domain.protocols.mail import Mail


@dataclass
class FakeMailer:
    """Implements `Mailer`."""

    sent: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        self.sent.append(mail)
