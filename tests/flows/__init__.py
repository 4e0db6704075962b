"""Tests of the thinking: engine, dialogues and rules, without any database."""
