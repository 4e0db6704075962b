"""Starts, wires and talks: settings, channels, pages, delivery, ticker, command line. The only asynchronous layer."""
