"""What `handover up` says once everything serves."""

import os
import shlex
from urllib.parse import urlsplit, urlunsplit

from config.settings import state_dir
from handover.cli.installation import prepare
from handover.cli.session import Session
from handover.embedded.supervisor import Options, Stack, neighbours_given
from handover.up import run_up

_TRY = """\
In another terminal{cd}:
  {env}handover start change-contact --ticket 4711 --account A00000001 \\
      --new-first-name Nils --new-last-name Nordquist \\
      --new-email nils.nordquist@brightwater.example \\
      --requester-email orla.finchley@brightwater.example \\
      --self-service-ruled-out "the owner has left the company" \\
      --approver-email orla.finchley@brightwater.example --comment 4411 --wait 20
  {env}handover answer RUN confirmed --as somebody-else --reason "saw the comment" --wait 60
  {env}handover doctor"""

_REAL = """\
These are the systems in ZUORA_URL and CUSTOMERSDOT_URL, not the sandbox: what a run changes there
stays changed. In another terminal{cd}:
  {env}handover doctor"""


def rehearse(
    session: Session,
    workers: int,
    port_sandbox: int | None,
    port_redis: int | None,
    port_metrics: int | None,
) -> int:
    """Runs the stack in the foreground and tells what to try. What is wrong is told before."""
    neighbours_given(os.environ)
    prepare()
    place = _open_journal()
    options = Options(
        workers=workers,
        port_sandbox=port_sandbox,
        port_redis=port_redis,
        port_metrics=port_metrics,
    )

    def tell(stack: Stack) -> None:
        value = {
            "schema": "handover.up/1",
            "folder": str(stack.folder),
            "sandbox": stack.sandbox_url,
            "settings": str(stack.folder / "up.env"),
            "pids": stack.pids,
            "journal": place,
        }
        session.line(value, where(stack, place))

    return run_up(state_dir(), options, on_ready=tell)


def _open_journal() -> str:
    """Where the journal is, once it was seen to be usable. Raises Unavailable."""
    from handover.words import spoken_address  # noqa: PLC0415
    from worker.runtime import journal  # noqa: PLC0415

    with journal().read():
        place = spoken_address(journal().engine.url)
    journal().engine.dispose()
    return place


def where(stack: Stack, journal: str) -> str:
    """Where everything is, and what to try: an example on the sandbox, none on real systems."""
    folder = os.environ.get("HANDOVER_STATE_DIR")
    env = f"HANDOVER_STATE_DIR={shlex.quote(str(stack.folder))} " if folder else ""
    cd = "" if folder else " in this folder"
    places = f"journal   {journal}\nsettings  {stack.folder / 'up.env'}\n"
    if stack.sandbox_url:
        return f"{places}sandbox   {stack.sandbox_url}\n{_TRY.format(env=env, cd=cd)}"
    zuora, customersdot = (_spoken(os.environ[f"{name}_URL"]) for name in ("ZUORA", "CUSTOMERSDOT"))
    return (
        f"{places}Zuora     {zuora}\nCustomersDot  {customersdot}\n{_REAL.format(env=env, cd=cd)}"
    )


def _spoken(url: str) -> str:
    """An address without whatever may stand before the host's name."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
