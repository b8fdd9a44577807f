"""What the doctor says about a Redis that is wrong in one way or another. All are real servers."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.settings import Settings
from handover.checks.finding import Finding, Status
from handover.checks.redis import broker, transport
from handover.exits import Exit
from tests.integration.checks.found import found, of
from tests.parts.redis import RedisServer


def _only_failure(url: str) -> Finding:
    findings = found(broker, REDIS_URL=url)
    (failure,) = [f for f in findings if f.status is Status.FAIL]
    assert failure.exit_code is Exit.UNAVAILABLE
    assert failure.next
    return failure


@pytest.fixture
def configure(own_redis: RedisServer) -> Iterator[RedisServer]:
    """The server, put back to its usual configuration afterwards."""
    yield own_redis
    with own_redis.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "0")
        client.config_set("appendonly", "yes")
        client.acl_deluser("somebody")


def test_a_sound_server(own_redis: RedisServer) -> None:
    """Nothing but good news, and nothing was written to find that out."""
    findings = found(broker, REDIS_URL=own_redis.url)
    assert {finding.status for finding in findings} == {Status.OK}
    with own_redis.client() as client:
        assert client.dbsize() == 0


def test_nobody_listens() -> None:
    """The address is named, and that no run is lost."""
    failure = _only_failure("redis://:hidden-word@127.0.0.1:1/0")
    assert "127.0.0.1:1 can't be reached" in failure.says
    assert "hidden-word" not in failure.says + failure.next


def test_a_wrong_password(configure: RedisServer) -> None:
    """It is the password, and it is not shown."""
    failure = _only_failure(f"redis://nobody:hidden-word@127.0.0.1:{configure.port}/0")
    assert "refuses the user or password" in failure.says
    assert "hidden-word" not in failure.says + failure.next


@pytest.mark.parametrize(
    ("rules", "lacking"),
    [
        ("~* +@all -brpop", "BRPOP"),
        ("~* +@all -evalsha -zadd", "ZADD, EVALSHA"),
        ("~other* +@all", "BRPOP, LLEN, LPUSH, SADD, SMEMBERS, HSET, HGET, HDEL, ZADD"),
        ("~* +@all -multi", "BRPOP"),
    ],
)
def test_a_user_who_lacks_rights(configure: RedisServer, rules: str, lacking: str) -> None:
    """The commands are named, and nothing was done to find out."""
    with configure.client() as client:
        client.execute_command("ACL", "SETUSER", "somebody", "reset", "on", ">pw", *rules.split())
    failure = _only_failure(f"redis://somebody:pw@127.0.0.1:{configure.port}/0")
    assert f"its user may not {lacking}" in failure.says
    assert "~handover*" in failure.next
    with configure.client() as client:
        assert client.dbsize() == 0


def test_a_user_who_may_not_look(configure: RedisServer) -> None:
    """What can't be known is said to be unknown; the rights are still enough."""
    with configure.client() as client:
        rules = "reset on >pw ~handover* ~{handover.* ~_kombu* ~unacked* +@all -info"
        client.execute_command("ACL", "SETUSER", "somebody", *rules.split())
    findings = found(broker, REDIS_URL=f"redis://somebody:pw@127.0.0.1:{configure.port}/0")
    assert of(findings, Status.FAIL) == []
    assert "not told to this user" in of(findings, Status.UNKNOWN)[0]


def test_a_server_that_throws_messages_away(configure: RedisServer) -> None:
    """A warning, whether its memory is limited yet or not."""
    with configure.client() as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        (later,) = of(found(broker, REDIS_URL=configure.url), Status.WARN)
        client.config_set("maxmemory", str(2**30))
        (now,) = of(found(broker, REDIS_URL=configure.url), Status.WARN)
    assert "once maxmemory is set (maxmemory-policy allkeys-lru)" in later
    assert "when its memory is full" in now


def test_a_server_that_is_nearly_full(configure: RedisServer) -> None:
    """With noeviction it will refuse work."""
    with configure.client() as client:
        client.config_set("maxmemory", str(int(client.info("memory")["used_memory"] * 1.05)))
        (said,) = of(found(broker, REDIS_URL=configure.url), Status.WARN)
    assert "% of its maxmemory" in said


def test_a_server_that_forgets(configure: RedisServer) -> None:
    """A note: no run is lost by it."""
    with configure.client() as client:
        client.config_set("appendonly", "no")
    findings = found(broker, REDIS_URL=configure.url)
    assert "appendonly is off" in of(findings, Status.NOTE)[0]
    assert of(findings, Status.WARN) == []


def test_tls_where_there_is_none(own_redis: RedisServer) -> None:
    """rediss:// to a port that does not speak TLS."""
    failure = _only_failure(f"rediss://127.0.0.1:{own_redis.port}/0")
    assert "gives no answer" in failure.says
    assert "begins with redis://" in failure.next


def test_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    """The reason is named, and where to name the authority; once it is named it is trusted."""
    with _tls_port(tmp_path) as port:
        failure = _only_failure(f"rediss://127.0.0.1:{port}/0")
        assert "its certificate is not trusted" in failure.says
        assert "ssl_ca_certs=FILE" in failure.next
        known = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={tmp_path / 'cert.pem'}"
        assert "certificate" not in _only_failure(known).says


def test_plain_words_to_a_tls_port(tmp_path: Path) -> None:
    """It hangs up; that it may want TLS is what to look at next."""
    with _tls_port(tmp_path) as port:
        failure = _only_failure(f"redis://127.0.0.1:{port}/0")
    assert "gives no answer" in failure.says
    assert "use rediss://" in failure.next


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://:word@redis.example:6379/0", ["not encrypted"]),
        ("rediss://redis.example:6379/0", ["no password"]),
        ("redis://redis.example:6379/0", ["not encrypted", "no password"]),
        ("rediss://:word@redis.example:6379/0", []),
        ("redis://127.0.0.1:6379/0", []),
    ],
)
def test_what_an_address_gives_away(url: str, said: list[str]) -> None:
    """Another host wants encryption and a password; an unchecked certificate is no setting."""
    findings = list(transport(Settings(REDIS_URL=url)))
    assert len(findings) == len(said)
    for finding, word in zip(findings, said, strict=True):
        assert word in finding.says


@contextmanager
def _tls_port(folder: Path) -> Iterator[int]:
    """A port that speaks TLS with a certificate of its own, and hangs up after the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_self_signed(folder))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                context.wrap_socket(plain, server_side=True).close()
            except (OSError, ssl.SSLError):
                plain.close()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _self_signed(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(cert), str(secret)
