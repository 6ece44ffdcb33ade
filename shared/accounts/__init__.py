"""Who people are: accounts, sessions and what a signed-in caller may do."""
