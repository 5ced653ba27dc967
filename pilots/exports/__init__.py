"""Tables for other programs. No Django."""
