"""`python -m app.sandbox`: run the simulator, or print what points Dashtam at it."""

import argparse
import os

from granian import Granian
from granian.constants import Interfaces

from app.sandbox import plaid, schwab


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.sandbox", description="A bank to try Dashtam with.")
    parser.add_argument("action", nargs="?", choices=("serve", "env"), default="serve")
    parser.add_argument("--port", type=int, default=8900, help="where it listens on loopback")
    parser.add_argument("--seed", type=int, default=1, help="other customers, other rows")
    parser.add_argument("--days-behind", type=int, default=0, help="let the bank's clock begin so many days ago")
    told = parser.parse_args()
    if told.action == "env":
        print(environment(told.port))  # noqa: T201  # for a shell to read
        return
    os.environ["SANDBOX_SEED"], os.environ["SANDBOX_DAYS_BEHIND"] = str(told.seed), str(told.days_behind)
    target = "app.sandbox.application:create"
    server = Granian(target, address="127.0.0.1", port=told.port, interface=Interfaces.ASGI, factory=True, workers=1)
    server.serve()


def environment(port: int) -> str:
    """The variables that point Dashtam at the simulator."""
    lines = {
        **{
            f"DASHTAM_PROVIDERS__{slug.upper()}__BASE_URL": f"http://127.0.0.1:{port}/{slug}"
            for slug in ("schwab", "alpaca", "simplefin", "plaid")
        },
        "DASHTAM_PROVIDERS__SCHWAB__CLIENT_ID": schwab.CLIENT_ID,
        "DASHTAM_SECRET_SCHWAB_SECRET": schwab.CLIENT_SECRET,
        "DASHTAM_PROVIDERS__PLAID__CLIENT_ID": plaid.CLIENT_ID,
        "DASHTAM_SECRET_PLAID_SECRET": plaid.SECRET,
    }
    return "\n".join(f"{name}={value}" for name, value in lines.items())


if __name__ == "__main__":
    main()
