#!/usr/bin/env python3
"""Writes shared-expectations.json: what torch and protobuf's wire hold in the avatars and the graph of the shared folder.

Usage: shared_expectations.py SHARED_FOLDER. Needs torch. Each dictionary's digest is the CRC-32 of, for each name in
order, the name, the shape as text and the values as little-endian 32-bit floats.
"""
import json
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import torch


def digest(arrays):
    crc = 0
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name], "<f4")
        crc = zlib.crc32(name.encode() + str(list(array.shape)).encode() + array.tobytes(), crc)
    return crc


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        else:
            assert tag & 7 == 0
        yield tag >> 3, value


def constants(path):
    for number, node in fields(path.read_bytes()):
        if number != 1:
            continue
        node = list(fields(node))
        if (2, b"Const") not in node:
            continue
        for entry in (dict(fields(v)) for n, v in node if n == 5):
            if entry[1] == b"value":
                tensor = dict(fields(dict(fields(entry[2]))[8]))
                shape = [dict(fields(v))[1] for n, v in fields(tensor[2]) if n == 2]
                yield dict(node)[1].decode(), np.frombuffer(tensor[4], "<f4").reshape(shape)


def main():
    shared = Path(sys.argv[1])
    out = {"checkpoints": {}, "graphs": {}}
    for path in sorted(shared.glob("avatars/**/*.tar")):
        state = torch.load(path, map_location="cpu", weights_only=False)
        dictionaries = {k: {n: t.numpy() for n, t in v.items()} for k, v in state.items() if k.startswith("network_")}
        out["checkpoints"][str(path.relative_to(shared))] = {
            "container": "zip" if zipfile.is_zipfile(path) else "legacy",
            "globalStep": state["global_step"],
            "dictionaries": {k: {"tensors": len(v), "digest": digest(v)} for k, v in dictionaries.items()},
        }
    for path in sorted(shared.glob("speech/*.pb")):
        arrays = dict(constants(path))
        out["graphs"][str(path.relative_to(shared))] = {"tensors": len(arrays), "digest": digest(arrays)}
    Path(__file__).with_name("shared-expectations.json").write_text(json.dumps(out, indent=1) + "\n")


main()
