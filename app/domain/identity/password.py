"""What a password must be: long, and not one that everybody tries first. No composition rules (NIST SP 800-63B-4)."""

from app.core.errors import Invalid

LENGTH_MAX = 128


class PasswordTooWeak(Invalid):
    """This password would be guessed."""


def weakness(password: str, *, length_min: int, email: str, common: bool, field: str) -> PasswordTooWeak | None:
    """Why the password is refused, blamed on its field, or None. `common`: whether a list of common ones has it."""
    local = email.partition("@")[0]
    if len(password) < length_min:
        detail = f"Use at least {length_min} characters; a sentence of several words is easiest to keep."
    elif len(password) > LENGTH_MAX:
        detail = f"Use at most {LENGTH_MAX} characters."
    elif common:
        detail = "This password is on the lists that attackers try first. Use several unrelated words."
    elif len(local) > 3 and password.casefold().replace(local, "") == "":  # noqa: PLR2004  # a shorter name proves nothing
        detail = "Do not use your own address as the password."
    else:
        return None
    return PasswordTooWeak.of(field, detail)
