"""The rules a plan is held to, one module a family: shape, fit, dose, balance and truth."""
