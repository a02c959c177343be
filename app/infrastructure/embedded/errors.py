"""What can go wrong with the embedded servers."""


class EmbeddedServersError(Exception):
    """The embedded servers are not available; the message says what to do."""
