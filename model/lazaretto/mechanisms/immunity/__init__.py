"""Immunity from before the run, and vaccination."""
