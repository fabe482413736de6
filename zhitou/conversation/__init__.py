"""The run of a conversation: server, policies and stores around Rasa."""
