"""The assistant's custom actions, one module a skill."""
