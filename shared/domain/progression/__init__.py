"""What to lift next and why, computed from the log alone: `session.next_session`, and the shapes it answers with."""
