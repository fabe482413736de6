"""Products of all kinds: catalogue, net asset values, selection, comparison, terms."""
