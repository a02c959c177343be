"""Logs: structlog renders what it and the standard library's loggers say, with the request's context."""

import logging
import logging.config
import sys

import structlog

from app.settings import LogSettings

QUIET = {"casbin": "WARNING", "asyncio": "WARNING", "httpx": "WARNING", "alembic": "WARNING", "_granian": "WARNING"}


def configure_logs(settings: LogSettings) -> None:
    """Send every log record to stderr, one line each: readable, or JSON where machines read."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        # Plain tracebacks: those that show local variables would show passwords.
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if settings.json
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=settings.level, force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
