"""One module per thing that can happen: plain functions that turn an event into rows inside one transaction."""
