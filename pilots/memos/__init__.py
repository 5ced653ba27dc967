"""The decision memo as one structure, and what it looks like on paper. No Django."""
