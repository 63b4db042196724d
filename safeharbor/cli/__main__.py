"""Run the command line as `python -m safeharbor.cli`."""

from safeharbor.cli import main

main()
