#!/usr/bin/env python3
"""Writes the .npy fixtures beside this script. Needs numpy. Values are i / 4 - 2 in row-major order, exact in all types."""
import io
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

HERE = Path(__file__).parent


def ramp(*shape):
    return (np.arange(np.prod(shape, dtype=int), dtype=np.float64) / 4 - 2).reshape(shape)


def write(name, array, version=(1, 0)):
    out = io.BytesIO()
    npy.write_array(out, array, version=version)
    (HERE / f"{name}.npy").write_bytes(out.getvalue())


write("single", ramp(2, 3).astype("<f4"))
write("single-big-endian", ramp(2, 3).astype(">f4"))
write("half", ramp(2, 3).astype("<f2"))
write("half-big-endian", ramp(2, 3).astype(">f2"))
write("double", ramp(2, 3).astype("<f8"))
write("double-big-endian", ramp(2, 3).astype(">f8"))
write("fortran", np.asfortranarray(ramp(2, 3, 4).astype("<f4")))
write("fortran-big-endian-double", np.asfortranarray(ramp(2, 3, 4).astype(">f8")))
write("scalar", ramp(1).astype("<f4").reshape(()))
write("vector", ramp(5).astype("<f4"))
write("empty", np.zeros((3, 0, 2), "<f4"))
write("version2", ramp(2, 3).astype("<f4"), (2, 0))
write("version3", ramp(2, 3).astype("<f4"), (3, 0))
write("integers", np.arange(6, dtype="<i8").reshape(2, 3))
write("booleans", np.ones(3, "?"))
write("complex", np.ones(3, "<c8"))
write("text", np.array(["a", "bc"]))
write("records", np.zeros(2, [("x", "<f4"), ("y", "<f4")]))
write("objects", np.array([None, {}], object))
