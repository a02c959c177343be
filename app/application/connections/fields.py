"""The annotated types of connections' fields."""

from typing import Annotated

from msgspec import Meta

SlugText = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,50}(?!\n)$", examples=["simplefin"])]
AliasText = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f\x7f]*(?!\n)$", min_length=1, max_length=100, description="How you call it.")
]
CredentialName = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,50}(?!\n)$")]
CredentialText = Annotated[str, Meta(min_length=1, max_length=4096, pattern=r"^[^\x00]*(?!\n)$")]
CredentialTexts = Annotated[
    dict[CredentialName, CredentialText],
    Meta(max_length=20, description="By name, as the provider's `credential_fields` ask; never shown again."),
]
