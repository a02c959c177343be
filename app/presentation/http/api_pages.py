"""The API's description and the pages that show it. Their assets are served from here: no third-party host is asked."""

from importlib.util import find_spec
from pathlib import Path

from litestar import MediaType, Response, Router, get
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.openapi.plugins import ScalarRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromPath

from app.presentation.http.openapi import DescribedConfig
from app.presentation.http.registry import SCHEMA

# Pages of the API describe it and hold nobody's data; what they run and load is of this origin alone.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline' data:; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ASSETS = {
    "scalar.js": ("flask_openapi3_scalar", "templates/scalar/js/scalar.standalone.js", "text/javascript"),
    "swagger.js": ("flask_openapi3_swagger", "templates/swagger/js/swagger-ui-bundle.js", "text/javascript"),
    "swagger-preset.js": (
        "flask_openapi3_swagger",
        "templates/swagger/js/swagger-ui-standalone-preset.js",
        "text/javascript",
    ),
    "swagger.css": ("flask_openapi3_swagger", "templates/swagger/css/swagger-ui.css", "text/css"),
}
SCALAR = ScalarRenderPlugin(
    js_url=f"{SCHEMA.path}/assets/scalar.js",
    css_url="data:text/css,",
    options={"withDefaultFonts": False, "telemetry": False, "agent": {"disabled": True}, "hideClientButton": True},
    favicon='<link rel="icon" href="data:,">',
)
SWAGGER = SwaggerRenderPlugin(
    js_url=f"{SCHEMA.path}/assets/swagger.js",
    standalone_preset_js_url=f"{SCHEMA.path}/assets/swagger-preset.js",
    css_url=f"{SCHEMA.path}/assets/swagger.css",
    favicon='<link rel="icon" href="data:,">',
)


def described() -> DescribedConfig:
    """What Litestar is told of the API's description."""
    return DescribedConfig(
        title="Dashtam",
        version="1",
        description="A self-hosted API for your financial data.",
        openapi_router=Router(
            SCHEMA.path,
            route_handlers=[asset],
            response_headers=[ResponseHeader(name="Content-Security-Policy", value=CONTENT_SECURITY_POLICY)],
            opt={"route": SCHEMA},
            include_in_schema=False,
        ),
        render_plugins=[SCALAR, SWAGGER],
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")}
        ),
        use_handler_docstrings=True,
    )


@get("/assets/{name:str}", media_type=MediaType.TEXT, sync_to_thread=True)
def asset(name: FromPath[str]) -> Response[bytes]:
    """A script or style of the pages."""
    if name not in ASSETS:
        raise NotFoundException
    package, file, media_type = ASSETS[name]
    spec = find_spec(package)  # found, not imported: the package's own code would want a framework that is not here
    if spec is None or spec.origin is None:
        raise NotFoundException
    content = (Path(spec.origin).parent / file).read_bytes()
    return Response(content, media_type=media_type, headers={"Cache-Control": "public, max-age=86400"})
