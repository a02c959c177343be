"""Health, and the pages that explain problems."""

from dishka.integrations.litestar import FromDishka
from litestar import Controller, Response
from litestar.params import FromPath

from app.application.health import Health, HealthProbe
from app.core.errors import NotFound, error_classes
from app.domain.protocols.limits import LimitPolicy
from app.presentation.http.area import Area
from app.presentation.http.pages import page
from app.presentation.http.problems import RefusedError, status_of, title

system = Area("System", prefix="")


class SystemController(Controller):
    @system.get("/health/live", limit=LimitPolicy.UNLIMITED)
    async def get_liveness(self) -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "alive"}

    @system.get("/health/ready", limit=LimitPolicy.UNLIMITED)
    async def get_readiness(self, probe: FromDishka[HealthProbe]) -> Response[Health]:
        """Tell whether requests can be served, part by part."""
        health = await probe.check()
        return Response(health, status_code=200 if health.ready else 503)

    @system.get("/problems/{code:str}", errors=(NotFound,))
    async def get_problem(self, code: FromPath[str]) -> Response[str]:
        """Explain the code of a problem."""
        found = next((error for error in error_classes() if error.code == code), None)
        if found is None:
            raise RefusedError(NotFound())
        return page("problem_code", code=code, title=title(found), code_status=status_of(found))
