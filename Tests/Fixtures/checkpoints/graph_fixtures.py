#!/usr/bin/env python3
"""Writes graph.pb, a frozen TensorFlow graph with every way to store a constant, beside this script.

The protobuf bytes are written by hand (protobuf.dev, "Encoding"), so that neither tensorflow nor protobuf is needed.
Values are i / 4 - 2 in row-major order.
"""
import struct
from pathlib import Path

FLOAT, DOUBLE, INT32, BFLOAT16, HALF = 1, 2, 3, 14, 19


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, n):
    return varint(field << 3) + varint(n)


def blob(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def shape(*extents, named=False):
    return blob(2, b"".join(blob(2, number(1, n) + (blob(2, "axis") if named else b"")) for n in extents))


def attribute(key, value):
    return blob(5, blob(1, key) + blob(2, value))


def node(name, operation, *attributes):
    return blob(1, blob(1, name) + blob(2, operation) + blob(3, "an input") + blob(4, "/cpu:0") + b"".join(attributes))


def constant(name, dtype, *fields):
    tensor = number(1, dtype) + b"".join(fields)
    return node(name, "Const", attribute("dtype", number(6, dtype)), attribute("value", blob(8, tensor)))


def ramp(count):
    return [i / 4 - 2 for i in range(count)]


def half_bits(x):
    return struct.unpack("<H", struct.pack("<e", x))[0]


def bfloat_bits(x):
    return struct.unpack("<HH", struct.pack("<f", x))[1]


def packed(kind, values):
    return struct.pack(f"<{len(values)}{kind}", *values)


graph = b"".join([
    node("input_node", "Placeholder", attribute("dtype", number(6, FLOAT))),
    constant("content/float", FLOAT, shape(3, 4), blob(4, packed("f", ramp(12)))),
    constant("content/double", DOUBLE, shape(3, 4, named=True), blob(4, packed("d", ramp(12)))),
    constant("content/half", HALF, shape(3, 4), blob(4, packed("e", ramp(12)))),
    constant("content/bfloat16", BFLOAT16, shape(3, 4), blob(4, packed("H", [bfloat_bits(x) for x in ramp(12)]))),
    constant("packed/float", FLOAT, shape(3, 4), blob(5, packed("f", ramp(12)))),
    constant("packed/double", DOUBLE, shape(3, 4), blob(6, packed("d", ramp(12)))),
    constant("packed/half", HALF, shape(3, 4), blob(13, b"".join(varint(half_bits(x)) for x in ramp(12)))),
    constant("packed/bfloat16", BFLOAT16, shape(3, 4), blob(13, b"".join(varint(bfloat_bits(x)) for x in ramp(12)))),
    constant("unpacked/float", FLOAT, shape(3, 4), *[varint(5 << 3 | 5) + struct.pack("<f", x) for x in ramp(12)]),
    constant("unpacked/double", DOUBLE, shape(3, 4), *[varint(6 << 3 | 1) + struct.pack("<d", x) for x in ramp(12)]),
    constant("unpacked/half", HALF, shape(3, 4), *[number(13, half_bits(x)) for x in ramp(12)]),
    constant("split/float", FLOAT, blob(5, packed("f", ramp(12)[:5])), shape(3, 4), blob(5, packed("f", ramp(12)[5:]))),
    constant("filled/float", FLOAT, shape(3, 4), blob(5, packed("f", ramp(5)))),
    constant("zeros/float", FLOAT, shape(3, 4)),
    constant("scalar", FLOAT, shape(), blob(5, packed("f", [2.5]))),
    constant("empty", FLOAT, shape(0, 4)),
    constant("huge/filled", FLOAT, shape(1 << 31, 1 << 31), blob(5, packed("f", [1]))),
    constant("huge/product", FLOAT, shape(1 << 40, 1 << 40), blob(5, packed("f", [1]))),
    constant("huge/content", FLOAT, shape(1 << 20), blob(4, packed("f", [1]))),
    constant("negative", FLOAT, shape(-1, 4), blob(5, packed("f", [1]))),
    constant("integers", INT32, shape(2), blob(4, packed("i", [1, 2]))),
    node("content/float/read", "Identity", attribute("T", number(6, FLOAT))),
    blob(4, number(1, 27)),
])
Path(__file__).with_name("graph.pb").write_bytes(graph)
