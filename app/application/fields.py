"""The annotated types of the API's fields: every limit and pattern is said here, once."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

# PostgreSQL cannot store NUL; other control characters have no place in one line of text.
Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*(?!\n)$", max_length=255)]
EmailText = Annotated[
    str,
    Meta(
        pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+(?!\n)$",
        max_length=254,
        examples=["ada@example.com"],
        description="An e-mail address; upper and lower case are the same.",
    ),
]
PasswordText = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[^\x00]*(?!\n)$",
        examples=["correct horse battery staple"],
        description="15 to 128 characters, none of the common ones; no other rules.",
    ),
]
RefreshTokenText = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}(?!\n)$", description="The newest refresh token.")]
MailTokenText = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$", description="The 64 hex digits from the mail.")]
CursorText = Annotated[
    str, Meta(max_length=200, pattern=r"^[A-Za-z0-9_-]+(?!\n)$", description="`next_cursor` of the previous page.")
]
PAGE_MAX = 500
PageLimit = Annotated[int, Meta(ge=1, le=PAGE_MAX, description="How many at most.")]
NameText = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f\x7f]*(?!\n)$", min_length=1, max_length=100, description="How to call you.")
]
AccountName = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*(?!\n)$")
]
AmountText = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9]{1,20}(\.[0-9]{1,10})?(?!\n)$",
        max_length=32,
        examples=["-12.34"],
        description="A decimal number; negative is money out.",
    ),
]
SearchText = Annotated[
    str,
    Meta(
        pattern=r"^[^\x00-\x1f\x7f]+(?!\n)$",
        min_length=1,
        max_length=100,
        description="Looked for in description, counterparty, memo, reference, check number and security.",
    ),
]
Instant = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}(?!\n)$", description="ISO 4217.", examples=["USD"])]
