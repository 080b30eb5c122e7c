"""The course of an infection."""
