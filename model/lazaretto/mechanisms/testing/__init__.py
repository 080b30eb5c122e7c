"""Symptoms, tests and results."""
