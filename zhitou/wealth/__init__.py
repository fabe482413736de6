"""Pure wealth domain: no I/O, no framework."""
