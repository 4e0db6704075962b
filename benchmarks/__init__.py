"""How fast it is, beside the usual stack and beside what the machine allows. `make bench` prints one table."""
