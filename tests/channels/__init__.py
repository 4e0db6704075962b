"""The channels, and the platforms they talk to."""
