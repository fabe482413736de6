"""Commands of the wealth engine; each imports its numerics only when it runs."""
