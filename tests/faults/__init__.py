"""Faults: the real program is killed, starved and confused, and what people really see is counted."""
