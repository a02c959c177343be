"""Mail for development: one `.eml` file a message, in the data directory's outbox."""

import asyncio
from pathlib import Path

from app.domain.protocols.mail import Mail
from app.infrastructure.email.compose import composed


class OutboxMailer:
    """Implements `Mailer`. A message sent again replaces its file."""

    def __init__(self, directory: Path, sender: str) -> None:
        self._directory = directory
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._write, mail)

    def _write(self, mail: Mail) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._directory / f"{mail.id.partition('@')[0]}.eml"
        part = file.with_suffix(".part")
        part.write_bytes(composed(mail, self._sender).as_bytes())
        part.replace(file)
