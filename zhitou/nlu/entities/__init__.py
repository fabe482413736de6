"""Entities by pure code: terms, quantities and product names, with exact places in the text."""
