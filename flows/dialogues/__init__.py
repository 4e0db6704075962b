"""The dialogues, one file each, written so that a social worker can read them."""
