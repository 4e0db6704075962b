"""What both Telegram channels share, whichever library carries them; it knows neither of the two."""
