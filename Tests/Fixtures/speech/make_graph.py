#!/usr/bin/env python3
"""Writes a DeepSpeech 0.1.0 frozen graph with random weights, and reads one, with numpy alone (no TensorFlow).

The node names, shapes and random numbers are those of the reference's `make`, so that a width and a seed give the same
network here and there. As a command:

    python3 make_graph.py OUT.pb --width 2048 --seed 0
"""
import argparse
import struct

import numpy as np

FLOAT, INT32 = 1, 3  # tensorflow.DataType


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, payload):
    """A length-delimited field; an integer becomes a varint field."""
    if isinstance(payload, int):
        return varint(number << 3) + varint(payload)
    if isinstance(payload, str):
        payload = payload.encode()
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def attribute(name, value):
    return field(5, field(1, name) + field(2, value))


def tensor(array):
    shape = b"".join(field(2, field(1, size)) for size in array.shape)
    return field(1, FLOAT) + field(2, shape) + field(4, array.astype("<f4").tobytes())


def node(name, op, *attributes, inputs=()):
    return field(1, field(1, name) + field(2, op) + b"".join(field(3, i) for i in inputs) + b"".join(attributes))


def shapes(width):
    n = c = width
    out = {"h1": (494, n), "b1": (n,), "h2": (n, n), "b2": (n,), "h3": (n, 2 * c), "b3": (2 * c,),
           "h5": (2 * c, n), "b5": (n,), "h6": (n, 29), "b6": (29,)}
    for direction in ("fw", "bw"):
        out[f"bidirectional_rnn/{direction}/basic_lstm_cell/kernel"] = (3 * c, 4 * c)
        out[f"bidirectional_rnn/{direction}/basic_lstm_cell/bias"] = (4 * c,)
    return out


def write(path, width, seed):
    rng = np.random.default_rng(seed)
    with open(path, "wb") as file:
        file.write(node("input_node", "Placeholder", attribute("dtype", field(6, FLOAT))))
        file.write(node("input_lengths", "Placeholder", attribute("dtype", field(6, INT32))))
        for name, shape in shapes(width).items():
            scale = 1.5 / np.sqrt(shape[0]) if len(shape) == 2 else 0.05
            value = rng.normal(0, scale, shape).astype(np.float32)
            file.write(node(name, "Const", attribute("dtype", field(6, FLOAT)), attribute("value", field(8, tensor(value)))))
            file.write(node(name + "/read", "Identity", attribute("T", field(6, FLOAT)), inputs=[name]))


def fields(data):
    """Yields (number, value) of a message; a value is an int or a memoryview."""
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        elif key & 7 == 2:
            count = number()
            yield key >> 3, data[at:at + count]
            at += count
        elif key & 7 == 5:
            yield key >> 3, struct.unpack_from("<I", data, at)[0]
            at += 4
        else:
            yield key >> 3, struct.unpack_from("<Q", data, at)[0]
            at += 8


def read(path):
    """Constants by node name. Only `tensor_content`, which is what `write` and TensorFlow produce for arrays."""
    out = {}
    for number, value in fields(memoryview(open(path, "rb").read())):
        if number != 1:
            continue
        name, op, content = None, None, None
        for number, value in fields(value):
            if number == 1:
                name = bytes(value).decode()
            elif number == 2:
                op = bytes(value).decode()
            elif number == 5:
                pair = dict(fields(value))
                if bytes(pair[1]) == b"value":
                    content = dict(fields(pair[2]))[8]
        if op == "Const":
            proto = dict(fields(content))
            shape = [dict(fields(v)).get(1, 0) for k, v in fields(proto[2]) if k == 2]
            out[name] = np.frombuffer(proto[4], "<f4").reshape(shape)
    return out


def main():
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("out")
    top.add_argument("--width", type=int, default=64)
    top.add_argument("--seed", type=int, default=0)
    args = top.parse_args()
    write(args.out, args.width, args.seed)


if __name__ == "__main__":
    main()
