"""How a pilot is judged: a plan and its facts in, a verdict out. Pure: no Django, no clock, no input or output."""
