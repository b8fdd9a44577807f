"""Ports of our own that stay ours."""

import random
import socket

# Below the range from which Linux (32768) and macOS (49152) take ports for outgoing connections:
# nothing else gets the port while its server is being restarted.
_RANGE = range(20_000, 32_000)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on right now. Raises OSError if none is."""
    for port in random.sample(_RANGE, 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port found on 127.0.0.1 between 20000 and 32000")
