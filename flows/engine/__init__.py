"""Walks a conversation from one input to the next wait and says what happened, without touching the world."""
