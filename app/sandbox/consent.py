"""The consent page, for people and their browsers: Schwab's and Plaid's look the same here."""

import base64
import hashlib
from datetime import timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Response, get, post
from litestar.response import Redirect

from app.sandbox.answers import Asking, Refusal, bank_of, named
from app.sandbox.bank import Bank

CODE_SECONDS = 30
PAGE = """<!doctype html><html lang="en"><title>Sandbox bank</title><body>
<h1>Sandbox bank</h1><p>{who} asks to read your accounts.</p>
<form method="post">{hidden}
<label>Customer <input name="customer" value="demo"></label>
<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button>
</form></body></html>"""


def page(who: str, fields: dict[str, str]) -> Response[str]:
    hidden = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in fields.items())
    return Response(PAGE.format(who=escape(who), hidden=hidden), media_type=MediaType.HTML)


@get("/schwab/v1/oauth/authorize")
async def authorize(request: Asking) -> Response[str]:
    query = dict(request.query_params)
    if query.get("client_id") != "sandbox-schwab" or not query.get("redirect_uri"):
        raise Refusal(400, {"error": "invalid_request"})
    return page("Dashtam", query)


@post("/schwab/v1/oauth/authorize", status_code=302)
async def authorized(request: Asking) -> Response[Any]:
    bank, form = bank_of(request), dict(await request.form())
    answer: dict[str, str] = {"state": form["state"]} if "state" in form else {}
    if form.get("answer") != "allow":
        answer["error"] = "access_denied"
    else:
        named(request, "schwab", form["customer"])
        code = f"code.{form['customer']}.{next(bank.numbers)}@"
        ends = (bank.now + timedelta(seconds=CODE_SECONDS)).timestamp()
        bank.codes[code] = {key: form.get(key, "") for key in KEPT} | {"ends": str(ends)}
        answer |= {"code": code, "session": "sandbox"}
    return Redirect(f"{form['redirect_uri']}?{urlencode(answer)}", status_code=302)


KEPT = ("customer", "client_id", "redirect_uri", "code_challenge")


def proven(bank: Bank, form: Any, client_id: str) -> dict[str, str]:
    """What the code stands for; it is good once, for its client, address and verifier."""
    known = bank.codes.pop(form.get("code", ""), None)
    bank.verifiers |= {form["code_verifier"]} if form.get("code_verifier") else set()
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if (
        known is None
        or known["client_id"] != client_id
        or known["redirect_uri"] != form.get("redirect_uri")
        or float(known["ends"]) < bank.now.timestamp()
        or (known["code_challenge"] and known["code_challenge"] != challenge)
    ):
        raise Refusal(400, {"error": "invalid_grant"})
    return known


@get("/plaid/link/{link_token:str}")
async def link(request: Asking) -> Response[str]:
    if request.path_params["link_token"] not in bank_of(request).links:
        raise Refusal(404, "no such link")
    return page("Dashtam, through Plaid,", {})


@post("/plaid/link/{link_token:str}", status_code=302)
async def linked(request: Asking) -> Response[Any]:
    bank, form = bank_of(request), await request.form()
    known = bank.links.get(request.path_params["link_token"])
    if known is None:
        raise Refusal(404, "no such link")
    if form.get("answer") == "allow":
        customer = named(request, "plaid", known.get("customer") or form["customer"])
        customer.revoked = False
        known |= {"customer": customer.name, "public_token": f"public.{customer.name}.{next(bank.numbers)}"}
    return Redirect(known["back"], status_code=302)


ROUTES = [authorize, authorized, link, linked]
