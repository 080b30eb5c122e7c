"""Data governance: what becomes of records."""
