"""The words: catalogues, phrase lists, and everything that turns a message into the reader's language."""
