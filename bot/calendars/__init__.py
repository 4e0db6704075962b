"""Calendar files: read from others, written for others, fetched for staff."""
