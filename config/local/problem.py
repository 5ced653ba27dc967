"""What stops a command and can be put right by the person who typed it."""


class Problem(Exception):
    """One line: what is wrong and what to do. Printed without a traceback; the command exits with 1."""
