"""Runs one program and sees to it that nothing of it outlives the process that asked for it.

Started as `python -I -S guard.py FD PROGRAM ARGUMENTS...`, where FD is one end of a socket pair.
The guard starts the program in a process session of its own and writes the program's pid, as a
line, into the socket. Then one byte is one order: `T` asks the program to end (SIGTERM to the
program alone), `K` kills its whole process group. The end of the stream means that the asking
process is gone, however it went, and counts as `K`.

When the program ends by itself, what is left of its group is killed too, so that a restart never
runs beside the remains. The guard's exit status is the program's, or 128 + signal number; 127 when
the program could not be started.

Only the standard library, and no import of ours: this runs once per part, and has to start fast.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading

NOT_STARTED = 127


def main() -> int:
    """Run the program named on the command line. Returns the exit status of the guard."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A function, since SIG_IGN would be inherited by the program.
        signal.signal(number, lambda *_: None)
    try:
        program = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        print(f"{sys.argv[2]} can't be started: {error}", file=sys.stderr, flush=True)
        return NOT_STARTED
    with contextlib.suppress(OSError):
        control.sendall(b"%d\n" % program.pid)
    threading.Thread(target=_obey, args=(control, program), daemon=True).start()
    _await_end(program)
    _kill_group(program.pid)
    status = program.wait()
    return status if status >= 0 else 128 - status


def _obey(control: socket.socket, program: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        while order := control.recv(1):
            if order == b"T":
                os.kill(program.pid, signal.SIGTERM)  # send_signal() might collect the status
            elif order == b"K":
                _kill_group(program.pid)
    _kill_group(program.pid)


def _await_end(program: "subprocess.Popen[bytes]") -> None:
    """Wait without collecting the status: until then, the kernel gives the pid to nobody else."""
    if hasattr(os, "waitid"):
        os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)
    else:  # macOS before Python 3.13
        program.wait()


def _kill_group(group: int) -> None:
    # PermissionError: what macOS says about a group of which only the ended leader is left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
