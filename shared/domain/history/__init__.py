"""Training history as files: what other apps and Vigor itself export, read; and Vigor's own exports, written."""
