# syntax=docker/dockerfile:1
FROM python:3.13-slim-bookworm AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /bin/uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /srv
COPY pyproject.toml uv.lock ./
# --build-arg EXTRAS="--extra aws" for secrets from AWS
ARG EXTRAS=""
RUN uv sync --frozen --no-default-groups ${EXTRAS}

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv dashtam \
    && install -d -o dashtam -m 0700 /var/lib/dashtam
WORKDIR /srv
COPY --from=build /srv/.venv .venv
COPY litestar.toml ./
COPY db db
COPY app app
ENV PATH=/srv/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DASHTAM_ENVIRONMENT=production \
    DASHTAM_LOG__JSON=true \
    DASHTAM_DATA_DIR=/var/lib/dashtam
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
CMD ["granian", "--interface", "asgi", "--factory", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "app:create_app"]
