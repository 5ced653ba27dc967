"""What a message says, and how it travels: pure, no Django."""
