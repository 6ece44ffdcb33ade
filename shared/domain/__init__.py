"""Training as pure functions: no I/O, no clock; the date is always an argument."""
