"""Passing a conversation to a person: who takes it, how urgent it is, what the customer is told."""
