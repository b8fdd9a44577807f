"""`handover doctor`, `demo` and `up`: the machine that it runs on."""

import click

from handover.cli.options import Whole, command, json_option
from handover.cli.session import Session


@command("doctor", "Look at everything a run needs; say what to do.", example="handover doctor")
@json_option
@click.pass_obj
def doctor(session: Session) -> int:
    """Look at settings, keys, journal, Redis, both systems and workers, and say what to do."""
    from handover.cli.doctor_text import findings_text  # noqa: PLC0415
    from handover.doctor import examine  # noqa: PLC0415

    examination = examine()
    session.data(examination, findings_text(examination))
    return int(examination["exit_code"])


@command("demo", "Change a contact end to end, on invented data.", example="handover demo")
@click.option("--keep", is_flag=True, help="Keep the folder with the journal and the logs.")
@json_option
@click.pass_obj
def demo(session: Session, *, keep: bool) -> int:
    """Change an invented account's contact end to end, on parts that this command starts."""
    from handover.demo import run_demo  # noqa: PLC0415

    return run_demo(session, keep=keep)


@command(
    "up", "Run Redis, sandbox, workers and beat to rehearse on.", example="handover up --workers 2"
)
@click.option("--workers", type=Whole(1, 32), default=1, show_default=True)
@click.option("--port-sandbox", type=Whole(1, 65535), help="Default: a free one.")
@click.option("--port-redis", type=Whole(1, 65535), help="Default: a free one.")
@click.option("--port-metrics", type=Whole(1, 65535), help="Serve metrics there, too.")
@json_option
@click.pass_obj
def up(
    session: Session,
    workers: int,
    port_sandbox: int | None,
    port_redis: int | None,
    port_metrics: int | None,
) -> int:
    """Run Redis, the sandbox, workers and a beat here, to rehearse on; Ctrl-C ends it all."""
    from handover.cli.rehearsal import rehearse  # noqa: PLC0415

    return rehearse(session, workers, port_sandbox, port_redis, port_metrics)
