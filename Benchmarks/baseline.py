#!/usr/bin/env python3
"""What one frame costs in PyTorch: seconds of some of its rays through both networks, scaled to all of them.

    python baseline.py REFERENCE AVATAR FEATURES.npy TRACK.json

REFERENCE is a Python file whose class Avatar renders rays as the AD-NeRF release does (the project's oracle,
adnerf_reference.py, equals the release's numbers). Needs torch, numpy and pillow. fp32, as many threads as --threads says.
"""
import argparse
import importlib.util
import json
import statistics
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image


def option(folder, name):
    """A number from the avatar's configuration."""
    text = next(iter(sorted(folder.glob("*TorsoNeRF*_config.txt")))).read_text()
    return next(float(line.split("=")[1]) for line in text.splitlines() if line.split("=")[0].strip() == name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference")
    parser.add_argument("avatar", type=Path)
    parser.add_argument("features")
    parser.add_argument("track")
    parser.add_argument("--frame", type=int, default=77)
    parser.add_argument("--rays", type=int, default=1024)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    spec = importlib.util.spec_from_file_location("reference", arguments.reference)
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)

    folder = arguments.avatar
    find = lambda pattern: next(iter(sorted(folder.glob(pattern))))
    background = np.asarray(Image.open(find("bc.*")).convert("RGB"), dtype=np.float32) / 255
    training = json.loads((folder / "transforms_train.json").read_text())
    avatar = reference.Avatar(
        find("*head.tar"), find("*body.tar"), arguments.track, background, option(folder, "near"), option(folder, "far"),
        training["frames"][0]["transform_matrix"])
    k = arguments.frame
    # The window of the smoothing is all that frame k's code depends on.
    first = max(k - 8, 0)
    code = avatar.codes(np.load(arguments.features)[first:k + 8])[k - first]
    total = avatar.height * avatar.width
    pixels = np.random.default_rng(0).choice(total, arguments.rays, replace=False)

    avatar.rays(avatar.poses[k], code, pixels[:64])
    seconds = []
    for _ in range(arguments.repeats):
        start = time.perf_counter()
        avatar.rays(avatar.poses[k], code, pixels)
        seconds.append((time.perf_counter() - start) * total / arguments.rays)
    print(f"{arguments.rays} rays, {arguments.threads} threads, scaled to {total}: {statistics.median(seconds):.0f} s a frame")


if __name__ == "__main__":
    main()
