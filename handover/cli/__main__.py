"""`python -m handover.cli`: the same as `handover`."""

from handover.cli.app import main

main()
