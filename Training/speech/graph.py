"""Frozen TensorFlow graphs as far as a speech model needs them: named constants, written and read without TensorFlow.

The messages are GraphDef, NodeDef, AttrValue and TensorProto of tensorflow/core/framework; a number is a field's there.
"""
import numpy as np

FLOAT, INT32, HALF = 1, 3, 19
"""DataType."""
NUMPY = {FLOAT: "<f4", HALF: "<f2"}
PLACEHOLDERS = {"input_node": FLOAT, "input_lengths": INT32}


def write(path, weights, kind=HALF):
    """Stores {name: array} as constants of a kind, each with the Identity node that reads it, as a release has them."""
    nodes = [_node(name, "Placeholder", {"dtype": _varint(6, kind)}) for name, kind in PLACEHOLDERS.items()]
    for name, value in weights.items():
        shape = b"".join(_bytes(2, _varint(1, extent)) for extent in value.shape)
        tensor = _varint(1, kind) + _bytes(2, shape) + _bytes(4, value.astype(NUMPY[kind]).tobytes())
        nodes.append(_node(name, "Const", {"dtype": _varint(6, kind), "value": _bytes(8, tensor)}))
        nodes.append(_node(name + "/read", "Identity", {"T": _varint(6, kind)}, [name]))
    path.write_bytes(b"".join(_bytes(1, node) for node in nodes))


def read(path):
    """The constants of a graph as {name: float32 array}."""
    weights = {}
    for _, node in _fields(path.read_bytes()):
        name = tensor = None
        for number, value in _fields(node):
            if number == 1:
                name = value.decode()
            elif number == 5:
                entry = dict(_fields(value))
                tensor = dict(_fields(entry[2])).get(8, tensor)
        if tensor is not None:
            fields = dict(_fields(tensor))
            shape = [dict(_fields(extent)).get(1, 0) for number, extent in _fields(fields[2]) if number == 2]
            weights[name] = np.frombuffer(fields[4], NUMPY[fields[1]]).reshape(shape).astype(np.float32)
    return weights


def _node(name, operation, attributes, inputs=()):
    message = _bytes(1, name.encode()) + _bytes(2, operation.encode())
    message += b"".join(_bytes(3, source.encode()) for source in inputs)
    return message + b"".join(_bytes(5, _bytes(1, key.encode()) + _bytes(2, value)) for key, value in attributes.items())


def _number(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def _varint(field, value):
    return _number(field << 3) + _number(value)


def _bytes(field, value):
    return _number(field << 3 | 2) + _number(len(value)) + value


def _fields(message):
    """(number, value) of a message's fields: int for a varint, bytes for anything else."""
    place = 0

    def number():
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(message):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        else:
            length = {1: 8, 5: 4}.get(key & 7) or number()
            yield key >> 3, message[place:place + length]
            place += length
