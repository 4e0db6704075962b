"""Starts, wires and talks: settings, channels, web pages, delivery, ticker, command line. The only asynchronous layer."""
