"""Sealing: per-run keys under a master key, salted commitments and keyed look-ups.

A run's key and salt are stored wrapped. Rotating the master key rewraps them; forgetting a run
destroys them, and with them everything that was sealed, while the event chain still verifies.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from domain.errors import Defect, InvalidRequest, Unavailable

MARK_BYTES = 16


@dataclass(frozen=True, slots=True, repr=False)
class RunKey:
    """The key that seals one run's personal data, and the salt of its commitments."""

    key: bytes
    salt: bytes

    def seal(self, value: object) -> str:
        """The encrypted form of a JSON value."""
        return Fernet(self.key).encrypt(json.dumps(value).encode()).decode()

    def unseal(self, ciphertext: str) -> Any:
        """The JSON value behind a ciphertext. Raises Defect if it was tampered with."""
        try:
            return json.loads(Fernet(self.key).decrypt(ciphertext.encode()))
        except InvalidToken:
            raise Defect("A sealed value does not fit its run's key.", code="seal") from None

    def commit(self, value: object) -> str:
        """A salted commitment: proves later what was meant without telling it now."""
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        return hmac.new(self.salt, text.encode(), hashlib.sha256).hexdigest()


class Vault:
    """Makes, wraps and opens run keys; seals what belongs to no run. Newest master key first."""

    def __init__(self, master_keys: list[str], lookup_key: str) -> None:
        if not master_keys or not lookup_key:
            raise Unavailable(
                "The journal's keys are missing: HANDOVER_MASTER_KEYS and HANDOVER_LOOKUP_KEY."
            )
        try:
            self._masters = MultiFernet([Fernet(key) for key in master_keys])
        except ValueError:
            problem = "HANDOVER_MASTER_KEYS: holds a value that is no Fernet key"
            raise InvalidRequest([problem]) from None
        self._lookup_key = lookup_key.encode()

    def new_run_key(self) -> tuple[RunKey, str]:
        """A fresh key for one run, and its wrapped form for the journal."""
        run_key = RunKey(Fernet.generate_key(), secrets.token_bytes(32))
        plain = json.dumps({"key": run_key.key.decode(), "salt": run_key.salt.hex()})
        return run_key, self._masters.encrypt(plain.encode()).decode()

    def open(self, wrapped: str) -> RunKey:
        """The run key behind its wrapped form. Raises Unavailable if no master key fits."""
        try:
            plain = json.loads(self._masters.decrypt(wrapped.encode()))
        except InvalidToken:
            raise Unavailable(
                "None of the master keys opens this run. Is HANDOVER_MASTER_KEYS that of another"
                " journal, or was an old key removed before its runs were rewrapped?"
            ) from None
        return RunKey(plain["key"].encode(), bytes.fromhex(plain["salt"]))

    def rewrap(self, wrapped: str) -> str:
        """The same run key under the newest master key."""
        return self._masters.rotate(wrapped.encode()).decode()

    def seal(self, text: str) -> str:
        """A text of the whole installation's under the newest master key."""
        return self._masters.encrypt(text.encode()).decode()

    def unseal(self, ciphertext: str) -> str | None:
        """The text behind a ciphertext, None if no master key fits."""
        try:
            return self._masters.decrypt(ciphertext.encode()).decode()
        except InvalidToken:
            return None

    def lookup(self, *parts: str) -> str:
        """A keyed hash by which a person or an account is found again, letter case aside."""
        return self.fingerprint(*(part.strip().casefold() for part in parts))

    def fingerprint(self, *parts: str) -> str:
        """A keyed hash of exactly this text: of a request, or of a key that a caller gave."""
        text = "\x00".join(parts)
        return hmac.new(self._lookup_key, text.encode(), hashlib.sha256).hexdigest()

    def marker(self, purpose: str) -> Callable[[str], bytes | None]:
        """Makes marks of 16 bytes, of millions of texts: equal text is an equal mark, and no text
        can be found from its mark without the key. Empty text has none. Marks of two purposes say
        nothing about each other.
        """
        key = hmac.digest(self._lookup_key, f"mark\x00{purpose}".encode(), "sha256")
        # BLAKE2 with a key is a keyed hash by itself, and takes half of the time of an HMAC.
        begun = hashlib.blake2b(key=key, digest_size=MARK_BYTES)

        def mark(text: str) -> bytes | None:
            if not text:
                return None
            digest = begun.copy()
            digest.update(text.encode(errors="surrogatepass"))
            return digest.digest()

        return mark
