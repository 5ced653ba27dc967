"""The parts of an ExportTraceServiceRequest that are read, as messages of protobuf's C decoder.

Attributes are left as bytes: on the wire a message and its bytes are the same. Spans of one sender repeat most of their
attributes to the byte, so each is decoded once a request (`protobuf.Known`) and not once a span.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "pilotage.otlp"
ONE = descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL
MANY = descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED
BYTES = descriptor_pb2.FieldDescriptorProto.TYPE_BYTES
TEXT = descriptor_pb2.FieldDescriptorProto.TYPE_STRING
FIXED64 = descriptor_pb2.FieldDescriptorProto.TYPE_FIXED64
INT32 = descriptor_pb2.FieldDescriptorProto.TYPE_INT32

# https://github.com/open-telemetry/opentelemetry-proto: the numbers of fields never change.
MESSAGES = {
    "Request": [("resource_spans", 1, MANY, "ResourceSpans")],
    "ResourceSpans": [("resource", 1, ONE, "Resource"), ("scope_spans", 2, MANY, "ScopeSpans")],
    "Resource": [("attributes", 1, MANY, BYTES)],
    "ScopeSpans": [("spans", 2, MANY, "Span")],
    "Span": [
        ("trace_id", 1, ONE, BYTES),
        ("span_id", 2, ONE, BYTES),
        ("parent_span_id", 4, ONE, BYTES),
        ("start_time_unix_nano", 7, ONE, FIXED64),
        ("end_time_unix_nano", 8, ONE, FIXED64),
        ("attributes", 9, MANY, BYTES),
        ("events", 11, MANY, "Event"),
        ("status", 15, ONE, "Status"),
    ],
    "Event": [("time_unix_nano", 1, ONE, FIXED64), ("name", 2, ONE, TEXT), ("attributes", 3, MANY, BYTES)],
    "Status": [("message", 2, ONE, TEXT), ("code", 3, ONE, INT32)],
}


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="pilotage/otlp.proto", package=PACKAGE, syntax="proto3")
    for message, fields in MESSAGES.items():
        described = file.message_type.add(name=message)
        for name, number, label, kind in fields:
            field = described.field.add(name=name, number=number, label=label)
            if isinstance(kind, str):
                field.type = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
                field.type_name = f".{PACKAGE}.{kind}"
            else:
                field.type = kind
    return file


POOL = descriptor_pool.DescriptorPool()
POOL.AddSerializedFile(_file().SerializeToString())
Request = message_factory.GetMessageClass(POOL.FindMessageTypeByName(f"{PACKAGE}.Request"))
