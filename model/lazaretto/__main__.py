"""`python -m lazaretto`: the command line."""

from .cli import main

main()
