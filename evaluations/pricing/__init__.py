"""What a call costs: prices entered here, else published ones. Decimal throughout, no Django.

A cost that is not known is None and shown as "unpriced"; it is never 0.
"""
