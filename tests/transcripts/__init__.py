"""Transcripts as tests: every `.chat` file here is run against the real program."""
