"""Hospitals: what admission does, and what happens when beds run out."""
