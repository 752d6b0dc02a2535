"""Holds the avatar, as the program renders it, against the scene: unseen sentences, voices and poses.

usage: evaluate.py [--avatar DIR] [--adnerf PROGRAM] [--frames 10] [--lips 6] [--quality realtime] [--work DIR]

Prints a table: pictures, rendered exactly (PSNR of the frame and of the mouth, SSIM); lips of every unseen voice (correlation and lag
of the opening measured in the pictures, closed bilabials, silence). Exits with 1 where a figure is missed.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import ears

TRAINING = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TRAINING / "scene"), str(TRAINING)]
import camera  # noqa: E402
import field   # noqa: E402
import motion  # noqa: E402
from voices import UNSEEN  # noqa: E402

MOUTH = np.array([0.0, -0.056, 0.080])
CLOSED = 0.10                   # what counts as closed, of 1
LADDER = np.array([0.0, 0.06, 0.12, 0.2, 0.3, 0.42, 0.56, 0.72, 0.88, 1.0])


def project(point, pose):
    c = (point - pose[:3, 3]) @ pose[:3, :3]
    return camera.SIZE / 2 - camera.FOCAL * c[0] / c[2], camera.SIZE / 2 + camera.FOCAL * c[1] / c[2]


def render(args, name, features, poses, frames, *options):
    """The program's pictures of some frames, [n, h, w, 3] of 0..1."""
    out = args.work / name
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "features.npy", features)
    (out / "poses.json").write_text(json.dumps(motion.transforms(poses)))
    wanted = [out / "png" / f"{i:05d}.png" for i in range(len(frames))]
    if not all(p.exists() for p in wanted):
        subprocess.run([args.adnerf, "render", args.avatar, "--features", out / "features.npy", "--poses", out / "poses.json",
                        "--frames", ",".join(map(str, frames)), "--format", "png", "--output", out / "png", *options], check=True)
    names = sorted((out / "png").glob("*.png"))
    return np.stack([np.asarray(Image.open(p).convert("RGB"), np.float32) / 255 for p in names[:len(frames)]])


def truth(state, pose, first, background):
    """What a perfect avatar would show, in bytes as the program rounds."""
    rgb, rest = field.render(field.HEAD, pose, state)
    img = rgb + rest[:, None] * background.reshape(-1, 3)
    rgb, rest = field.render(field.TORSO, first, motion.shift(pose, first))
    img = rgb + rest[:, None] * img
    return np.floor(img.clip(0, 1) * 255).reshape(background.shape) / 255


def decibels(a, b):
    return -10 * np.log10(np.mean((a - b) ** 2) + 1e-12)


def similarity(a, b):
    """SSIM of brightness, Gaussian windows of 1.5 pixels."""
    k = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    k /= k.sum()

    def mean(x):
        for axis in (0, 1):
            x = np.apply_along_axis(lambda v: np.convolve(v, k, "valid"), axis, x)
        return x
    a, b = a @ [0.299, 0.587, 0.114], b @ [0.299, 0.587, 0.114]
    ma, mb = mean(a), mean(b)
    va, vb, cov = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    return float(((2 * ma * mb + 1e-4) * (2 * cov + 9e-4) / ((ma * ma + mb * mb + 1e-4) * (va + vb + 9e-4))).mean())


def opening(image, state, pose, background):
    """How far the mouth in a (small) head-only picture is open: the rung of a ladder of the scene's pictures that fits best."""
    size = image.shape[0]
    step = camera.SIZE / size
    x, y = project(MOUTH, pose)
    # Every other pixel each way tells as much, in a quarter of the time.
    gx, gy = np.meshgrid(np.arange(int((x - 34) / step), int((x + 34) / step) + 1, 2), np.arange(int((y - 24) / step), int((y + 40) / step) + 1, 2))
    px = np.stack([gx.ravel(), gy.ravel()], 1)
    ours = image[px[:, 1], px[:, 0]]
    behind = background[(px[:, 1] * step).astype(int), (px[:, 0] * step).astype(int)]
    error = []
    for o in LADDER:
        rgb, rest = field.render(field.HEAD, pose, (o, state[1], state[2], state[3]), px * step, samples=16)
        error.append(np.mean((rgb + rest[:, None] * behind - ours) ** 2))
    i = int(np.argmin(error))
    if 0 < i < len(LADDER) - 1:                              # the parabola through three rungs
        a, b, c = np.polyfit(LADDER[i - 1:i + 2], error[i - 1:i + 2], 2)
        return float(np.clip(-b / (2 * a), LADDER[i - 1], LADDER[i + 1]))
    return float(LADDER[i])


def closures(spoken, count):
    """The frames, first and last and one, in which a bilabial's lips meet."""
    return [slice(max(int(start * 25), 0), int(end * 25) + 2) for name, start, end in spoken
            if name in ears.BILABIAL and end * 25 < count - 2]


def lips(args, poses, background):
    """Rows of the table about the mouth: all unseen voices, and nobody's."""
    options = ["--size", args.size, "--head-only", "--quality", args.quality]
    fits, lags, closed = [], [], []
    for number, voice in enumerate(UNSEEN):
        # Bilabials are few: a longer performance, of which only their frames are looked at.
        _, features, states, spoken = ears.listen(args.closures, args.seed - 1 + number, "test", voice)
        track = np.concatenate([poses] * (len(features) // len(poses) + 1))[:len(features)]
        images = render(args, f"closures-{number}", features, track, list(range(len(features))), *options)
        shut = [min(opening(images[f], states[f], track[f], background) for f in range(len(features))[frames]) < CLOSED
                for frames in closures(spoken, len(features))]
        closed.extend(shut)
        _, features, states, spoken = ears.listen(args.lips, args.seed + 1 + number, "test", voice)
        count = len(features)
        track = np.concatenate([poses] * (count // len(poses) + 1))[:count]
        images = render(args, f"lips-{number}", features, track, list(range(count)), *options)
        measured = np.array([opening(im, s, p, background) for im, s, p in zip(images, states, track)])
        by_lag = {lag: np.corrcoef(measured[8 + lag:count - 8 + lag], states[8:count - 8, 0])[0, 1] for lag in range(-5, 6)}
        fits.append(by_lag[0]), lags.append(max(by_lag, key=by_lag.get))
        print(f"{voice.label:30s} correlation {fits[-1]:.3f}, lag {lags[-1]}, closed {sum(shut)} of {len(shut)}", flush=True)
    quiet = ears.silence(1.0)
    images = render(args, "silence", quiet, poses[:len(quiet)], list(range(len(quiet))), *options)
    measured = np.array([opening(im, (0, 0.3, 0, 0), p, background) for im, p in zip(images, poses)])
    return [("correlation of the opening", np.mean(fits), min(fits), 0.85, True),
            ("best lag, frames", np.mean(np.abs(lags)), max(lags, key=abs), 1, False),
            (f"bilabials closed, of {len(closed)}", np.mean(closed), np.mean(closed), 0.90, True),
            ("widest opening in a second of silence", measured.max(), measured.max(), 0.10, False)]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--avatar", type=Path, default=TRAINING.parent / "Examples" / "avatars" / "demo")
    ap.add_argument("--adnerf", default=TRAINING.parent / ".build" / "release" / "adnerf")
    ap.add_argument("--work", type=Path, default=TRAINING / "build" / "evaluation")
    ap.add_argument("--frames", type=int, default=10)
    ap.add_argument("--lips", type=int, default=6, help="seconds of every voice for the lips' figures")
    ap.add_argument("--closures", type=int, default=20, help="seconds of every voice of which only the bilabials are looked at")
    ap.add_argument("--quality", default="realtime", help="of the lips' pictures; exact ones take long")
    ap.add_argument("--size", default="225", help="width of the lips' pictures")
    ap.add_argument("--seed", type=int, default=901, help="of the first unseen performance")
    args = ap.parse_args()
    background = np.asarray(Image.open(args.avatar / "bc.jpg").convert("RGB"), np.float32) / 255
    first = np.array(json.loads((args.avatar / "transforms_train.json").read_text())["frames"][0]["transform_matrix"], np.float32)
    poses = motion.poses(300, motion.UNSEEN_SEED)
    table = []

    _, features, states, _ = ears.listen(12, args.seed, "test")
    count = min(len(features), 300)
    frames = np.linspace(6, count - 6, args.frames).astype(int)
    images = render(args, "pictures", features[:count], poses[:count], frames)
    whole, mouth, like = [], [], []
    for image, f in zip(images, frames):
        t = truth(states[f], poses[f], first, background)
        x, y = (int(v) for v in project(MOUTH, poses[f]))
        box = slice(y - 44, y + 44), slice(x - 52, x + 52)
        whole.append(decibels(image, t)), mouth.append(decibels(image[box], t[box])), like.append(similarity(image, t))
        side = np.concatenate([image, t, (0.5 + 3 * (image - t)).clip(0, 1)], 1)
        Image.fromarray((255 * side).astype(np.uint8)).save(args.work / f"side-{f:05d}.png")
        print(f"frame {f}: {whole[-1]:.2f} dB, mouth {mouth[-1]:.2f} dB, SSIM {like[-1]:.4f}, state {states[f].round(2).tolist()}", flush=True)
    table += [("PSNR of the frame, dB", np.mean(whole), min(whole), 30, True), ("PSNR of the mouth, dB", np.mean(mouth), min(mouth), 26, True),
              ("SSIM", np.mean(like), min(like), 0.95, True)]

    if args.lips:
        table += lips(args, poses, background)

    print("\n| figure | value | worst or best | asked |\n|---|---|---|---|")
    good = True
    for name, value, other, asked, more in table:
        ok = value >= asked if more else abs(value) <= asked
        good &= bool(ok)
        print(f"| {name} | {value:.3f} | {other:.3f} | {'>=' if more else '<='} {asked}{'' if ok else '  MISSED'} |")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
