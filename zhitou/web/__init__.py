"""The pages a person opens: chat, desk, studio."""
