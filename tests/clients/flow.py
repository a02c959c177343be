"""Register, import, read: with the generated client, types checked."""

import io
import json
import os
import sys
from pathlib import Path

from dashtam_client import AuthenticatedClient, Client
from dashtam_client.api.imports import create_import
from dashtam_client.api.sessions import create_session
from dashtam_client.api.transactions import list_transactions
from dashtam_client.api.users import create_email_verification, create_user
from dashtam_client.models import CreateSession, ImportView, RegisterUser, Tokens, TransactionPage, Upload, VerifyEmail
from dashtam_client.types import File

BASE_URL, EMAIL, PASSWORD = os.environ["BASE_URL"], os.environ["EMAIL"], os.environ["PASSWORD"]
visitor = Client(BASE_URL, raise_on_unexpected_status=True)
if "MAIL_TOKEN" not in os.environ:
    create_user.sync(client=visitor, body=RegisterUser(email=EMAIL, password=PASSWORD))
else:
    create_email_verification.sync(client=visitor, body=VerifyEmail(token=os.environ["MAIL_TOKEN"]))
    tokens = create_session.sync(client=visitor, body=CreateSession(email=EMAIL, password=PASSWORD))
    assert isinstance(tokens, Tokens), tokens
    person = AuthenticatedClient(BASE_URL, token=tokens.access_token, raise_on_unexpected_status=True)
    content = io.BytesIO(Path(os.environ["STATEMENT"]).read_bytes())
    done = create_import.sync(client=person, body=Upload(file=File(payload=content, file_name="statement.ofx")))
    assert isinstance(done, ImportView), done
    found = list_transactions.sync(client=person, limit=500)
    assert isinstance(found, TransactionPage), found
    sys.stdout.write(json.dumps({"added": done.accounts[0].transactions_new, "read": len(found.transactions)}))
