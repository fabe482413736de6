"""Measurements of the assistant beside stock Rasa; see `python -m bench --help`."""
