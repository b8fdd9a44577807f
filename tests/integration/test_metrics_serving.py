"""The endpoint's manners: three pages, only to be read, one scrape at a time, and a clean end."""

import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse

import pytest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from domain.errors import Unavailable
from handover.embedded.ports import free_port
from handover.metrics import serving as module
from handover.metrics.serving import Serving, ending
from tests.parts.waiting import wait_until

PLAIN = "text/plain; version=0.0.4; charset=utf-8"


class Figures:
    """A collector that answers when it is let go, and counts how many are asked at once."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.looks: list[int] = []
        self._at_once = threading.Semaphore(1)

    def describe(self) -> list[Metric]:
        return [GaugeMetricFamily("one", "A number.")]

    def collect(self) -> Iterator[Metric]:
        alone = self._at_once.acquire(blocking=False)
        self.looks.append(1)
        assert alone, "two at the same time"
        assert self.go.wait(30)
        yield GaugeMetricFamily("one", "A number.", value=1)
        self._at_once.release()


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
def serving(figures: Figures) -> Iterator[Serving]:
    with Serving(f"127.0.0.1:{free_port()}", figures) as made:
        yield made


def ask(
    serving: Serving, page: str = "/metrics", method: str = "GET"
) -> tuple[HTTPResponse, bytes]:
    """One request; the answer and its body."""
    connection = HTTPConnection(serving.address, timeout=30)
    connection.request(method, page)
    answer = connection.getresponse()
    return answer, answer.read()


def raw(serving: Serving, line: str) -> bytes:
    """Everything that is sent on a request of one line."""
    host, port = serving.address.split(":")
    with socket.create_connection((host, int(port)), 30) as connection:
        connection.sendall(f"{line}\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_the_pages(serving: Serving) -> None:
    """Each with its type; a query does not matter, another page is none."""
    answer, body = ask(serving)
    assert (answer.status, answer.headers["Content-Type"]) == (200, PLAIN)
    assert body == b"# HELP one A number.\n# TYPE one gauge\none 1.0\n"
    for page, text in (("/healthz", b"ok\n"), ("/", module._INDEX)):
        answer, body = ask(serving, page)
        assert (answer.status, body) == (200, text)
    assert ask(serving, "/metrics?x=1")[0].status == 200
    for page in ("/metrics/", "/metric", "/favicon.ico", "/healthz/x"):
        assert ask(serving, page)[0].status == 404, page


def test_only_the_figures_look_into_the_journal(serving: Serving, figures: Figures) -> None:
    """`/healthz` says that this process serves, whatever becomes of the journal."""
    for page in ("/healthz", "/", "/no"):
        ask(serving, page)
    assert figures.looks == []


@pytest.mark.parametrize("page", ["/metrics", "/healthz", "/"])
def test_the_pages_are_only_to_be_read(serving: Serving, figures: Figures, page: str) -> None:
    """HEAD is GET without the body; any other method is refused and looks at nothing."""
    whole, body = ask(serving, page)
    head = raw(serving, f"HEAD {page} HTTP/1.0")
    assert head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert head.endswith(b"\r\n\r\n"), "and nothing behind the headers"
    assert b"Content-Length: %d\r\n" % len(body) in head
    assert whole.headers["Content-Length"] == str(len(body))
    figures.looks.clear()
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer, _ = ask(serving, page, method)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert figures.looks == []


def test_a_scrape_waits_for_the_one_before(serving: Serving, figures: Figures) -> None:
    """Two servers of one pair may come at once: both are answered, one after the other."""
    figures.go.clear()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, serving) for _ in range(3)]
        wait_until(lambda: figures.looks, message="the first look")
        assert ask(serving, "/healthz")[0].status == 200
        figures.go.set()
        assert [one.result()[0].status for one in asked] == [200] * 3
    assert len(figures.looks) == 3


def test_a_scrape_does_not_wait_for_ever(
    serving: Serving, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one is told so; once the first is done, all is well again."""
    monkeypatch.setattr(module, "TURN_SECONDS", 0.05)
    figures.go.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, serving)
        wait_until(lambda: figures.looks, message="the first look")
        assert ask(serving)[0].status == 503
        figures.go.set()
        assert first.result()[0].status == 200
    assert ask(serving)[0].status == 200


def test_who_says_nothing_keeps_nobody_out(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those beyond the places are hung up on; a silent one loses its place."""
    assert module._Handler.timeout == module.IDLE_SECONDS
    monkeypatch.setattr(module._Handler, "timeout", 0.2)
    host, port = serving.address.split(":")
    silent = [socket.create_connection((host, int(port)), 30) for _ in range(20)]
    try:
        assert all(one.recv(1) == b"" for one in silent)
        wait_until(lambda: _answered(serving), message="a place to get free")
    finally:
        for one in silent:
            one.close()


def _answered(serving: Serving) -> bool:
    try:
        return ask(serving)[0].status == 200
    except OSError:
        return False


def test_a_scrape_at_hand_is_finished_at_the_end(figures: Figures) -> None:
    """Leaving waits for it, and then nothing listens any more."""
    figures.go.clear()
    with ThreadPoolExecutor(2) as pool:
        made = Serving(f"127.0.0.1:{free_port()}", figures)
        with made:
            asked = pool.submit(ask, made)
            wait_until(lambda: figures.looks, message="the look")
            ended = pool.submit(made.__exit__, None, None, None)
            figures.go.set()
            assert asked.result()[0].status == 200
            ended.result()
        assert not _answered(made)


def test_a_place_that_is_taken_or_is_none(serving: Serving, figures: Figures) -> None:
    """It is said which, and what to do."""
    for address in (serving.address, "192.0.2.1:9464", "no-such-host.invalid:9464"):
        with (
            pytest.raises(Unavailable, match=f"{address}.*HANDOVER_METRICS_ADDRESS"),
            Serving(address, figures),
        ):
            pass


def test_ipv6(figures: Figures) -> None:
    """An address in brackets is one of IPv6."""
    with Serving(f"[::1]:{free_port()}", figures) as made:
        assert ask(made)[0].status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_waited_for_and_a_second_one_counts(number: signal.Signals) -> None:
    """One that comes early is not lost; afterwards signals do what they did before."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with ending() as ended:
        signal.pthread_kill(threading.get_ident(), number)
        assert ended() == number
        assert number in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
