"""Health, and the pages that explain problems."""

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import FromPath

from app.application.health import Health, HealthProbe
from app.core.errors import NotFound, error_classes
from app.presentation.http.pages import page
from app.presentation.http.problems import RefusedError, status_of, title
from app.presentation.http.route import route
from app.presentation.http.routes.system import GET_LIVENESS, GET_PROBLEM, GET_READINESS


class SystemController(Controller):
    @route(GET_LIVENESS)
    async def live(self) -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "alive"}

    @route(GET_READINESS)
    async def ready(self, probe: FromDishka[HealthProbe]) -> Response[Health]:
        """Tell whether requests can be served, part by part."""
        health = await probe.check()
        return Response(health, status_code=200 if health.ready else 503)

    @route(GET_PROBLEM)
    async def problem(self, code: FromPath[str]) -> Response[str]:
        """Explain the code of a problem."""
        found = next((error for error in error_classes() if error.code == code), None)
        if found is None:
            raise RefusedError(NotFound())
        return page("problem_code", code=code, title=title(found), code_status=status_of(found))
