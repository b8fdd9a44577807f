"""Every workflow, carried out by real workers on real parts; files are named after the workflow."""
