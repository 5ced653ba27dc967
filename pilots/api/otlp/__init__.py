"""OTLP/HTTP: from bytes to spans, from the dialects that model calls are reported in to one form. No Django here.

The protocol: https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""
