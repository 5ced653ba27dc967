class ClientError(Exception):
    """Says what to do next. Raised to the caller only by a strict client, and by the command as exit code 1."""
