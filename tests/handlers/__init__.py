"""Tests of what happens to rows when somebody says or presses something, on a real database."""
