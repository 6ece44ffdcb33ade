"""Checks of the Bicep files without Bicep's compiler: syntax, names, shapes, policies, queries. Run with -m."""
