"""Transcripts: conversations as text files that are read, run against the real program and written (TRANSCRIPTS.md)."""
