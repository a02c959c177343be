"""The settings that connections' rules take as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPolicy:
    public_url: str

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https:")

    def start_url(self, link: str) -> str:
        """Our own page, which sends the user on to the institution."""
        return f"{self.public_url}/oauth/authorizations/{link}"

    def redirect_uri(self, provider_slug: str) -> str:
        """Where the institution sends the user back to; registered there, letter by letter."""
        return f"{self.public_url}/oauth/{provider_slug}/callback"
