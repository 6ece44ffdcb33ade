"""Tells the person at the keyboard something, and never fails because nobody can hear it."""

import os
import sys


def tell(*lines: str) -> None:
    """Print lines on standard output; where that is full or closed, on standard error; where that is too, nowhere."""
    for stream in filter(None, (sys.stdout, sys.stderr)):  # None where it was closed before the start
        try:
            print(*lines, sep="\n", file=stream, flush=True)
        except (OSError, ValueError):
            if stream is sys.stdout:
                _abandon(stream.fileno())
        else:
            return


def _abandon(standard_output: int) -> None:
    """Use it no more, and let what is still buffered go nowhere: the interpreter would fail over it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, standard_output)
    os.close(nowhere)
    sys.stdout = None  # as it is where it was closed from the start
