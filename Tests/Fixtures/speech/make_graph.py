#!/usr/bin/env python3
"""Writes a DeepSpeech 0.1.0 frozen graph with random weights, with numpy alone (no TensorFlow).

The node names, shapes and random numbers are those of the reference's `make`, so that a width and a seed give the same
network here and there. As a command:

    python3 make_graph.py OUT.pb --width 2048 --seed 0
"""
import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[3] / "Training"))
from speech import graph  # noqa: E402


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
    weights = {}
    for name, shape in shapes(width).items():
        scale = 1.5 / np.sqrt(shape[0]) if len(shape) == 2 else 0.05
        weights[name] = rng.normal(0, scale, shape).astype(np.float32)
    graph.write(path, weights, graph.FLOAT)


def main():
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("out", type=Path)
    top.add_argument("--width", type=int, default=64)
    top.add_argument("--seed", type=int, default=0)
    args = top.parse_args()
    write(args.out, args.width, args.seed)


if __name__ == "__main__":
    main()
