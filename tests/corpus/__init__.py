"""Held-out messages of young people, and how well the phrase lists understand them."""
