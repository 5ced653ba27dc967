"""Clients of models: one request in, one answer out, over whichever wire format the host speaks.

Nothing here knows Django, pilots or rows. `protocol` holds the words, `opening.open_provider` makes a
client, `failures` says which failures are the model's and which are ours. This package imports no SDK until
a client is opened, so that web processes do not pay for them.
"""
