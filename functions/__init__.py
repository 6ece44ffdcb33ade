"""One module a capability; each registers its functions on a blueprint of its own, and none imports another."""
