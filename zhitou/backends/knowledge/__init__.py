"""Answers to questions of finance that are not about one product, each with its source."""
