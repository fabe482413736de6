"""Stories for rasa test, one folder a skill."""
