"""Transcripts through the real channels: people at their pages and phones, over HTTP."""
