"""Who people are and how they prove it: account, callers, passwords, access and refresh tokens; keys and time only."""
