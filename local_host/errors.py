"""What can stop the local host from starting."""


class CannotStart(Exception):
    """The start failed; the text is one sentence for the person at the keyboard."""
