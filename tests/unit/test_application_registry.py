"""What the registries refuse at the start, so that it is not found out later."""

import pytest

from app.application.identity.verify_email import VerifyEmail, VerifyEmailHandler
from app.application.registry import command
from app.domain.events.identity import EmailVerificationSucceeded
from app.domain.events.imports import FileImportSucceeded
from app.domain.events.registry import EVENTS, Phase, event


def test_a_message_has_one_handler() -> None:
    with pytest.raises(TypeError, match="VerifyEmail already has a handler"):
        command(VerifyEmail, workflow=None)(VerifyEmailHandler)


def test_a_command_tells_what_its_attempt_records() -> None:
    with pytest.raises(TypeError, match=r"file_import.attempted wants .*, which VerifyEmail lacks"):
        command(VerifyEmail, workflow=FileImportSucceeded)


def test_a_workflow_has_one_event_a_phase() -> None:
    name = EVENTS[EmailVerificationSucceeded].workflow
    with pytest.raises(TypeError, match=f"{name} already has its succeeded event"):

        @event(name, Phase.SUCCEEDED, audit_action=None)
        class EmailVerifiedAgain:
            pass
