"""Numbers in, SVG out. Pure functions: no Django, no clock, no random ids; equal input gives equal bytes.

A drawing carries a title and a description, never a `style` attribute and never an `id`, so that any number may
stand in one page under a strict Content-Security-Policy. Colour comes from a palette (see `palette`). A page shows a
real table beside each trend; the drawing is the second way to read it, not the only one.
"""
