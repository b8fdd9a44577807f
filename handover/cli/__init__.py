"""The command line `handover`.

Every module here defines its commands with click alone; what a command needs besides is loaded
when it runs, so that `handover --help` stays quick.
"""

from handover.cli.app import main

__all__ = ["main"]
