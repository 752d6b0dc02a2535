#!/usr/bin/env python3
"""Copies the reference's codes and conditions of the shared avatars into reference-codes/, as .npy that tests can read.

    python export.py AVATARS            AVATARS: the folder with random/, narrow/ and demo/; needs numpy
"""
import sys
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parent / "reference-codes"
OUT.mkdir(exist_ok=True)
for avatar, trace in (("random", "trace"), ("narrow", "trace"), ("demo", "trace-full")):
    stages = np.load(Path(sys.argv[1]) / avatar / f"{trace}.npz")
    np.save(OUT / f"{avatar}-codes.npy", stages["codes"])
    for frame in stages["frames"]:
        for part in ("head", "torso"):
            np.save(OUT / f"{avatar}-{frame}-{part}_condition.npy", stages[f"{frame}/{part}_condition"])
