"""HTML pages: every string escaped, no scripts, nothing loaded, nothing kept, and no address told to other sites."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text("utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the address holds a token
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

environment = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
environment.globals["style"] = STYLE


def page(template: str, status: int = 200, headers: Mapping[str, str] | None = None, **shown: Any) -> Response[str]:
    """The page that a template makes of what is shown."""
    html = environment.get_template(f"{template}.html").render(shown)
    return Response(html, status_code=status, media_type=MediaType.HTML, headers={**(headers or {}), **HEADERS})
