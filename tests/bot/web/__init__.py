"""Tests of the web chat, through its own front door."""
