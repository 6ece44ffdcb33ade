"""Where documents are kept: one seam, `store.DocumentStore`, and the engines behind it."""
