#!/usr/bin/env python3
"""Writes the torch.save fixtures beside this script. Needs torch.

`<name>.zip.tar` and `<name>.legacy.tar` hold the same object in the two containers. Values are i / 4 - 2 in the order of
the storage, exact in all types.
"""
import collections
import io
import pickle
import struct
import zipfile
from pathlib import Path

import torch

HERE = Path(__file__).parent


def ramp(*shape, dtype=torch.float32):
    count = int(torch.tensor(shape).prod()) if shape else 1
    return (torch.arange(count, dtype=torch.float64) / 4 - 2).reshape(shape).to(dtype)


def both(name, value, **options):
    torch.save(value, HERE / f"{name}.zip.tar", **options)
    torch.save(value, HERE / f"{name}.legacy.tar", _use_new_zipfile_serialization=False, **options)


def network():
    module = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    module.load_state_dict({k: ramp(*v.shape) for k, v in module.state_dict().items()})
    return module


def trained():
    """A module's state dict (with its `_metadata`) and the state of an Adam that has taken a step."""
    module = network()
    adam = torch.optim.Adam(module.parameters(), lr=5e-4)
    module(ramp(4, 3)).sum().backward()
    adam.step()
    module.load_state_dict(network().state_dict())
    return {
        "global_step": 1234,
        "network_fn_state_dict": module.state_dict(),
        "optimizer_state_dict": adam.state_dict(),
        "loss": 0.25,
        "note": "trained",
    }


def types():
    return {
        "floats": collections.OrderedDict(
            half=ramp(2, 3, dtype=torch.float16), bfloat16=ramp(2, 3, dtype=torch.bfloat16), single=ramp(2, 3),
            double=ramp(2, 3, dtype=torch.float64), count=torch.tensor(7), mask=torch.tensor([True, False])),
        "integers": {"count": torch.arange(3)},
    }


def views():
    base, square, volume = ramp(12), ramp(3, 4), ramp(1, 2, 2, 3)
    return {"views": {
        "whole": base, "tail": base[5:], "grid": base.view(3, 4), "every_third": base[1::3],
        "transposed": square.t(), "block": square[1:, 1:3], "column": square[:, 2],
        "channels_last": volume.to(memory_format=torch.channels_last), "permuted": volume[0].permute(2, 0, 1),
        "expanded": ramp(1, 3).expand(4, 3), "scalar": ramp(), "empty": torch.zeros(0, 3),
    }}


def stored(name, source, transform=lambda path, data: data, **options):
    """Copies an archive of torch's file by file, with Python's zip writer."""
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", **options) as new:
        for item in old.infolist():
            new.writestr(zipfile.ZipInfo(item.filename), transform(item.filename, old.read(item)),
                         options.get("compression", zipfile.ZIP_STORED))
    (HERE / name).write_bytes(out.getvalue())


class Stream(io.RawIOBase):
    """A file that cannot seek, for which a zip writer needs data descriptors."""

    def __init__(self):
        self.data = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.data += data
        return len(data)


def streamed(name, source):
    """As `stored`, with data descriptors and zip64 local headers."""
    out = Stream()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            with new.open(zipfile.ZipInfo(item.filename), "w", force_zip64=True) as file:
                file.write(old.read(item))
    (HERE / name).write_bytes(out.data)


def wide(name, source):
    """As `stored`, with every size and offset in zip64 extra fields and a zip64 end record (APPNOTE 4.3.14, 4.5.3)."""
    local, central, count = b"", b"", 0
    with zipfile.ZipFile(source) as old:
        for item in old.infolist():
            data, path = old.read(item), item.filename.encode()
            crc, offset = item.CRC, len(local)
            extra = struct.pack("<HHQQ", 1, 16, len(data), len(data))
            local += struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, crc, 2**32 - 1, 2**32 - 1, len(path), len(extra))
            local += path + extra + data
            extra = struct.pack("<HHI", 0x6666, 4, 0) + struct.pack("<HHQQQ", 1, 24, len(data), len(data), offset)
            central += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, crc, 2**32 - 1, 2**32 - 1,
                                   len(path), len(extra), 0, 0, 0, 0, 2**32 - 1) + path + extra
            count += 1
    start, end = len(local), len(local) + len(central)
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(central), start)
    record += struct.pack("<IIQI", 0x07064B50, 0, end, 1)
    record += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    (HERE / name).write_bytes(local + central + record)


def archive(name, **files):
    with zipfile.ZipFile(HERE / name, "w") as new:
        for path, data in files.items():
            new.writestr(zipfile.ZipInfo("archive/" + path), data)


def legacy_prefix(little_endian=True):
    system = {"protocol_version": 1001, "little_endian": little_endian, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    return b"".join(pickle.dumps(x, 2) for x in (0x1950A86A20F9469CFC6C, 1001, system))


def rebuild(storage, offset, size, stride, count):
    """A pickle of {"d": {"w": tensor}} whose tensor declares what it likes."""
    long = lambda n: b"\x8a\x08" + struct.pack("<q", n)
    tup = lambda ns: b"(" + b"".join(map(long, ns)) + b"t"
    text = lambda s: b"X" + struct.pack("<I", len(s)) + s.encode()
    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(storage) + text("cpu") + long(count) + b"tQ"
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + long(offset) + tup(size) + tup(stride)
    tensor += b"\x89ccollections\nOrderedDict\n)RtR"
    return b"\x80\x02}" + text("d") + b"}" + text("w") + tensor + b"ss."


def main():
    torch.manual_seed(0)
    both("trained", trained())
    both("types", types())
    both("views", views())
    both("parallel", {"network": torch.nn.DataParallel(network()).state_dict(), "mixed": {
        "module.a": ramp(2), "b": ramp(3)}})
    both("parameters", {"network": {"w": torch.nn.Parameter(ramp(2, 3))}, "size": ramp(2, 3).shape,
                        "device": torch.device("cpu"), "set": {1, 2}, "long": 1 << 80, "bytes": b"\0\1"})
    for protocol in (3, 4, 5):
        both(f"protocol{protocol}", trained(), pickle_protocol=protocol)
    both("list", [ramp(2)])

    source = HERE / "trained.zip.tar"
    stored("deflated.zip.tar", source, compression=zipfile.ZIP_DEFLATED)
    stored("big-endian.zip.tar", source, lambda path, data: b"big" if path.endswith("byteorder") else data)
    streamed("streamed.zip.tar", source)
    wide("wide.zip.tar", source)
    (HERE / "big-endian.legacy.tar").write_bytes(legacy_prefix(False) + pickle.dumps({}, 2) + pickle.dumps([], 2))

    # torch.load without weights_only would run these.
    command = b"X\x04\0\0\0true\x85R"
    evil = b"\x80\x02}X\x01\0\0\0dcos\nsystem\n" + command + b"s."
    stacked = b"\x80\x04}\x8c\x01d\x8c\x08builtins\x8c\x04eval\x93" + command + b"s."
    archive("malicious.zip.tar", **{"data.pkl": evil, "version": b"3\n"})
    archive("malicious-stack.zip.tar", **{"data.pkl": stacked, "version": b"3\n"})
    (HERE / "malicious.legacy.tar").write_bytes(legacy_prefix() + evil + pickle.dumps([], 2))
    (HERE / "malicious-magic.legacy.tar").write_bytes(b"\x80\x02cos\nsystem\n" + command + b".")
    archive("script.zip.tar", **{"data.pkl": b"\x80\x02}.", "constants.pkl": b"\x80\x02)."})

    # Sizes that the file does not hold: by the storage, the view, the product, the sum.
    huge = 1 << 62
    hostile = {
        "storage": ("0", 0, [huge // 4], [1], huge // 4),
        "overflowing-storage": ("0", 0, [huge], [1], huge),
        "negative-storage": ("0", 0, [1], [1], -1),
        "view": ("0", 0, [100], [1], 4),
        "offset": ("0", huge, [1], [1], 4),
        "negative-offset": ("0", -1, [1], [1], 4),
        "stride": ("0", 0, [2, 2], [huge, huge], 4),
        "negative-stride": ("0", 3, [2], [-1], 4),
        "product": ("0", 0, [huge, huge], [0, 0], 4),
        "zero-product": ("0", 0, [huge, huge, 0], [1, 1, 1], 4),
        "expanded": ("0", 0, [1 << 40], [0], 4),
        "rank": ("0", 0, [1] * 65, [1] * 65, 4),
        "missing": ("1", 0, [4], [1], 4),
        "traversal": ("../../data.pkl", 0, [4], [1], 4),
    }
    for name, fields in hostile.items():
        archive(f"huge-{name}.zip.tar", **{"data.pkl": rebuild(*fields), "data/0": struct.pack("<4f", 1, 2, 3, 4)})
    legacy = legacy_prefix() + rebuild("0", 0, [huge // 4], [1], huge // 4) + pickle.dumps(["0"], 2)
    (HERE / "huge.legacy.tar").write_bytes(legacy + struct.pack("<q", huge // 4) + bytes(16))


main()
