"""How customers' messages reach the assistant, one module a platform."""
