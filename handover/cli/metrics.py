"""`handover metrics`: figures for Prometheus."""

import click

from handover.cli.options import command, json_option
from handover.cli.session import Session
from handover.exits import Exit


def _address(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    from config.addresses import is_listening_address  # noqa: PLC0415

    if value is not None and not is_listening_address(value):
        raise click.BadParameter("is no HOST:PORT to listen at, such as 127.0.0.1:9464")
    return value


@command(
    "metrics",
    "Serve figures for Prometheus.",
    example="handover metrics --once",
)
@click.option(
    "--address",
    metavar="HOST:PORT",
    callback=_address,
    help="Where to serve. Default: HANDOVER_METRICS_ADDRESS, 127.0.0.1:9464.",
)
@click.option("--once", is_flag=True, help="Print the figures of this moment instead.")
@json_option
@click.pass_obj
def metrics(session: Session, address: str | None, *, once: bool) -> int:
    """Serve figures from the journal for Prometheus at /metrics, until Ctrl-C."""
    if once and address:
        raise click.UsageError("--once prints and serves nothing: leave --address out.")
    return _print(session) if once else _serve(session, address)


def _print(session: Session) -> int:
    from config.settings import settings  # noqa: PLC0415
    from handover.metrics.collector import JournalCollector, as_json, as_text  # noqa: PLC0415

    collector = JournalCollector(settings(), lambda text: session.say(f"handover: {text}"))
    if session.json:
        session.data(as_json(collector), "")
    else:
        click.echo(as_text(collector), nl=False)
    return Exit.UNAVAILABLE if collector.problem else Exit.OK


def _serve(session: Session, address: str | None) -> int:
    from config.logging import set_up_logging  # noqa: PLC0415
    from config.settings import settings  # noqa: PLC0415
    from handover.metrics.collector import JournalCollector  # noqa: PLC0415
    from handover.metrics.serving import Serving, ending, log  # noqa: PLC0415

    set_up_logging(settings().log_level)
    collector = JournalCollector(settings(), log.warning)
    with ending() as ended, Serving(address or settings().metrics_address, collector) as serving:
        session.line(
            {"schema": "handover.metrics-served/1", "url": serving.url},
            f"serving {serving.url} until Ctrl-C",
        )
        ended()
    return Exit.OK
