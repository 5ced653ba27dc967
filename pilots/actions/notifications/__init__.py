"""The outbox: what people are told is written with the change itself, and sent afterwards."""
