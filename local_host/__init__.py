"""Runs a FunctionApp without Core Tools: HTTP, timers and the static site, by the rules the real platform follows."""
