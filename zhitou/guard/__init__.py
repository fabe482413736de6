"""Pure checks of every text that leaves the assistant."""
