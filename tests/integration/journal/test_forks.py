"""A journal that is used before and after a fork: no connection crosses it."""

import os
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tests.integration.journal.scene import Scene, other
from worker.journal.database import Journal


def in_fork(scene: Scene, number: int, answer: Connection) -> None:
    """Opens a run in a forked child and tells its engine's identity."""
    inherited = scene.journal._engine
    run_id = scene.open(other(number))
    answer.send((run_id, scene.journal.engine is not inherited, os.getpid()))


def test_children_of_a_fork_use_engines_of_their_own(journal: Journal) -> None:
    scene = Scene(journal)
    scene.open(other(0))
    parents = journal.engine
    context = get_context("fork")
    answers, children = [], []
    for number in (1, 2, 3):
        here, there = context.Pipe()
        child = context.Process(target=in_fork, args=(scene, number, there))
        child.start()
        answers.append(here)
        children.append(child)
    found = [answer.recv() for answer in answers if answer.poll(30)]
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert [own for _, own, _ in found] == [True] * 3
    assert len({pid for _, _, pid in found} | {os.getpid()}) == 4
    assert journal.engine is parents
    assert scene.count("runs") == 4
    assert scene.problems() == []


def test_a_process_keeps_its_engine(journal: Journal) -> None:
    assert journal.engine is journal.engine


def test_a_bare_fork_leaves_the_parents_connection_in_order(journal: Journal) -> None:
    scene = Scene(journal)
    run_id = scene.open(other(0))
    pid = os.fork()
    if pid == 0:
        try:
            scene.pass_steps(run_id, "verify")
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
    scene.pass_steps(run_id, "plan")
    assert scene.run(run_id).cursor == 2
    assert scene.problems() == []
