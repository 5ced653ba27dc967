"""Confidence sequences and change tests that stay valid however often anybody looks.

Pure functions of numbers: no clock, no storage, no framework. The same input gives the same output.
"""
