"""Receipts on the person's own page, and papers to sign on that of staff."""
