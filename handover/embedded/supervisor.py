"""Everything that Handover needs on one machine, started together and ended together."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from config.settings import SettingsError
from domain.errors import Unavailable
from handover.embedded.crew import Crew, Interrupted, Patience
from handover.embedded.files import write_private
from handover.embedded.keys import ensure_keys
from handover.embedded.part import Pauses
from handover.embedded.recipes import (
    BeatRecipe,
    MetricsRecipe,
    Programs,
    Recipe,
    RedisRecipe,
    SandboxRecipe,
    WorkerRecipe,
)
from handover.embedded.redis import answers, given_url
from handover.embedded.shadows import refuse_shadows
from handover.embedded.state import hold, open_folder

_NEIGHBOURS = ("ZUORA_URL", "CUSTOMERSDOT_URL")
_FURTHER = ("HANDOVER_GITLAB_URL", "HANDOVER_MAILGUN_URL", "HANDOVER_ZENDESK_URL")


def say_on_stderr(line: str) -> None:
    """One status line, with the time of day. A terminal that is gone is no reason to fail."""
    try:
        print(f"{datetime.now().astimezone():%H:%M:%S} {line}", file=sys.stderr, flush=True)
    except OSError:
        return


def neighbours_given(environ: Mapping[str, str]) -> bool:
    """Whether real systems take the sandbox's place. Raises SettingsError if only some do.

    GitLab, Mailgun and Zendesk may be left out where the other two are real.
    """
    given = [name for name in _NEIGHBOURS if environ.get(name)]
    if len(given) == 1:
        (other,) = set(_NEIGHBOURS) - set(given)
        raise SettingsError(
            [
                f"{given[0]} is set and {other} is not: the sandbox must not be mixed with a real"
                f" system. Set both of {' and '.join(_NEIGHBOURS)}, or none"
            ]
        )
    if not given and (alone := [name for name in _FURTHER if environ.get(name)]):
        raise SettingsError(
            [
                f"{alone[0]} is set and {' and '.join(_NEIGHBOURS)} are not: the sandbox must not"
                " be mixed with a real system. Set these two as well, or unset it"
            ]
        )
    return len(given) == len(_NEIGHBOURS)


@dataclass(frozen=True)
class Options:
    """What a stack consists of. Ports that are None are chosen, and stay as long as the stack does;
    without `port_metrics` nobody serves figures.

    `holder` is what others are told while the stack holds the state folder.
    """

    workers: int = 1
    drift: bool = True
    beat: bool = True
    sandbox: bool = True
    port_sandbox: int | None = None
    port_redis: int | None = None
    port_metrics: int | None = None
    holder: str = "handover up"
    programs: Programs = field(default_factory=Programs)
    patience: Patience = field(default_factory=Patience)
    pauses: Pauses = field(default_factory=Pauses)


class Stack:
    """Redis, the sandbox, Celery workers for runs and for drift, and a beat: a context manager.

        with Stack(folder, Options(workers=2)) as stack:
            stack.env, stack.redis_url, stack.sandbox_url, stack.worker_pids

    Entering takes the state folder's lock, ends what an earlier stack left behind, makes the keys,
    starts the parts in order, each once the one before it is ready, and writes `up.env` for the
    other commands that use this folder. Leaving ends all of it in reverse order. If this process is
    killed, every part dies with it.

    An environment that gives REDIS_URL replaces Redis, one that gives both ZUORA_URL and
    CUSTOMERSDOT_URL the sandbox. Entering raises Unavailable when the folder is in use or a part
    doesn't come up, SettingsError when the environment can't be right, and Interrupted when
    `interrupt` was called meanwhile. A stack can be entered once.
    """

    def __init__(
        self,
        folder: Path,
        options: Options | None = None,
        *,
        environ: Mapping[str, str] = os.environ,
        say: Callable[[str], None] = say_on_stderr,
    ) -> None:
        self.folder = folder.absolute()
        self.env: dict[str, str] = {}
        """What a client of the embedded parts needs in its environment; also in `up.env`."""
        self.redis_url = ""
        self.sandbox_url = ""
        self._options = options or Options()
        self._environ = environ
        self._say = say
        self._crew = Crew(
            self.folder,
            say=say,
            patience=self._options.patience,
            pauses=self._options.pauses,
        )
        self._cleanup = ExitStack()

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the running parts: `redis`, `sandbox`, `worker1`..., `drift`, `beat`."""
        return self._crew.pids

    @property
    def worker_pids(self) -> list[int]:
        """Main process ids of the workers that run at the moment, in order."""
        pids = self._crew.pids
        names = (f"worker{number}" for number in range(1, self._options.workers + 1))
        return [pids[name] for name in names if name in pids]

    def interrupt(self) -> None:
        """Break off an entering that waits for a part. Fit for signal handlers."""
        self._crew.interrupt()

    def kill(self) -> None:
        """End all parts at once; the block has still to be left. Fit for signal handlers."""
        self._crew.kill()

    def __enter__(self) -> "Stack":
        try:
            self._start()
        except BaseException:
            self._cleanup.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    def _start(self) -> None:
        refuse_shadows(Path.cwd())
        if self._options.sandbox:
            neighbours_given(self._environ)
        open_folder(self.folder)
        self._cleanup.enter_context(hold(self.folder, self._options.holder))
        self._crew.reap()
        ensure_keys(self.folder, self._environ)
        up_env = self.folder / "up.env"
        up_env.unlink(missing_ok=True)  # of a stack that was killed
        self._cleanup.callback(self._stop_crew)
        self._cleanup.callback(up_env.unlink, missing_ok=True)
        self._start_redis()
        self._start_sandbox()
        self._start_celery()
        write_private(up_env, "".join(f"{name}={value}\n" for name, value in self.env.items()))

    def _stop_crew(self) -> None:
        try:
            self._crew.stop()
        except BaseException:  # a second Ctrl-C, where nobody has set handlers
            self._crew.kill()
            self._crew.stop()
            raise

    def _start_redis(self) -> None:
        given = given_url(self._environ)
        if given is not None:
            self.redis_url = given
            self._await_given()
            return
        recipe = RedisRecipe(self.folder, self._options.programs.redis, self._options.port_redis)
        self._start_tier(recipe)
        self.redis_url = self.env["REDIS_URL"] = recipe.url

    def _await_given(self) -> None:
        parts = urlsplit(self.redis_url)
        place = f"{parts.hostname or 'localhost'}:{parts.port or 6379}"
        if answers(self.redis_url):
            return
        self._say(f"waiting for the Redis in REDIS_URL ({place})")
        deadline = time.monotonic() + self._options.patience.given
        while not answers(self.redis_url):
            if self._crew.interrupted:
                raise Interrupted
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"No Redis answers at the address in REDIS_URL ({place}). Start it, correct the"
                    " variable, or unset it: then `handover up` brings a Redis of its own."
                )
            time.sleep(0.2)

    def _start_sandbox(self) -> None:
        if not self._options.sandbox or neighbours_given(self._environ):
            return
        recipe = SandboxRecipe(
            self.folder,
            self._options.programs.sandbox,
            self._options.port_sandbox,
            self._environ,
        )
        self._start_tier(recipe)
        self.sandbox_url = recipe.url
        self.env |= recipe.env

    def _start_celery(self) -> None:
        programs = self._options.programs
        level = self._environ.get("HANDOVER_LOG_LEVEL") or "INFO"
        recipes: list[Recipe] = [
            WorkerRecipe(f"worker{number}", programs.worker, level)
            for number in range(1, self._options.workers + 1)
        ]
        if self._options.drift:
            queue = f"{self._environ.get('HANDOVER_QUEUE') or 'handover'}.drift"
            recipes.append(WorkerRecipe("drift", programs.worker, level, queue))
        if self._options.beat:
            recipes.append(BeatRecipe(self.folder, programs.beat, level))
        if self._options.port_metrics is not None:
            recipes.append(MetricsRecipe(self._options.port_metrics, programs.metrics))
        self._start_tier(*recipes)

    def _start_tier(self, *recipes: Recipe) -> None:
        environment = {
            **self._environ,
            **self.env,
            "HANDOVER_STATE_DIR": str(self.folder),
            "PYTHONUNBUFFERED": "1",
        }
        self._crew.start(recipes, environment)
