"""The version, in one place: the wheel, the site and all that is written take it from here."""

__version__ = "0.2.0"
