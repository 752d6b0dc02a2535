"""Trains the demo avatar and writes its folder.

Stages, each kept in the build folder and resumed where it stopped:
  head, torso   the two fields, on the scene itself: they know states of the mouth, not speech
  ears          the audio networks, on the corpus through the small speech model
  write         the AD-NeRF folder

usage: train.py [STAGE ...] [--build DIR] [--out DIR] [--threads 2]
"""
import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

TRAINING = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TRAINING / "scene"), str(TRAINING)]
import background  # noqa: E402
import codes       # noqa: E402
import field       # noqa: E402
import fit         # noqa: E402
import hashes      # noqa: E402
import motion      # noqa: E402
import networks    # noqa: E402

SEED = 7
# steps on densities and colours, then on pictures
HEAD, TORSO = (1700, 1000), (1200, 450)
PERFORMANCES = [(20, 100 + i) for i in range(36)] + [(7, 200 + i) for i in range(24)]   # seconds and seeds of what the ears learn from
SPOKEN = 300, 301, 302          # seeds of the speech that goes with the avatar, eight seconds each
COARSE = 250
EARS = 6000


def say(line):
    print(time.strftime("%H:%M:%S"), line, flush=True)


def torso_reads(seed=SEED):
    """What of the torso's condition, [code, pose], is the neck's shift in centimetres: a linear map and an offset."""
    tracks = [motion.poses(), *(motion.poses(seed=seed + 20 + i, strength=1.25) for i in range(4))]
    first, poses = tracks[0][0], np.concatenate(tracks)
    x = networks.signal(torch.tensor(poses)).double().numpy()
    y = np.stack([motion.shift(p, first) for p in poses]).astype(float) / 0.01
    mean, middle = x.mean(0), y.mean(0)
    a, b = x - mean, y - middle
    reads = np.linalg.solve(a.T @ a + 1e-7 * len(a) * np.eye(42), a.T @ b).T
    off = middle - reads @ mean
    rest = x @ reads.T + off - y
    say(f"torso: the shift as a linear map of the pose's signal leaves {rest.std() * 10:.3f} mm, {abs(rest).max() * 10:.3f} mm at most")
    return torch.tensor(np.concatenate([np.zeros((3, 64)), reads], 1)), torch.tensor(off)


def learn(which, steps, build, sizes=None):
    name = ("head", "torso")[which]
    net = fit.fit(which, *steps, SEED, build, log=say, sizes=sizes)
    if not (build / f"{name}-coarse.pt").exists():
        torch.save(fit.widen(which, net.state_dict(), COARSE, SEED, log=say, sizes=sizes).state_dict(), build / f"{name}-coarse.pt")


def ears_stage(build):
    import ears
    kept = build / "ears.pt"
    data = build / "heard.npz"
    if not data.exists():
        store = {}
        for i, (seconds, seed) in enumerate(PERFORMANCES):
            _, store[f"f{i}"], store[f"m{i}"], _ = ears.listen(seconds, seed, "train")
            say(f"performance {i}: {len(store[f'f{i}'])} frames")
        np.savez(data, **store)
    if not kept.exists():
        s = np.load(data)
        net = ears.fit([(s[f"f{i}"], s[f"m{i}"]) for i in range(len(s.files) // 2)], EARS, SEED, log=say)
        torch.save(net.state_dict(), kept)


def write(build, out):
    import ears
    out.mkdir(parents=True, exist_ok=True)
    heard = ears.Ears()
    heard.load_state_dict(torch.load(build / "ears.pt", weights_only=True))
    audio, attention = ears.pressed(heard).networks()
    reads = torch.linalg.pinv(codes.lift().double())
    for which, name, path, step in ((field.HEAD, "head", "300000_head.tar", 300000), (field.TORSO, "torso", "600000_body.tar", 600000)):
        states = [torch.load(build / f"{name}-coarse.pt", weights_only=True), torch.load(build / f"{name}.pt", weights_only=False)["net"]]
        if which == field.HEAD:
            nets = [networks.stored(n, reads) for n in states]
        else:
            linear, off = torso_reads()
            nets = [networks.stored(n, linear, off, ("pts_linears.0", "pts_linears.5")) for n in states]
        networks.save(out / path, *nets, audio, attention if which == field.HEAD else None, step)
    Image.fromarray((255 * background.room()).astype(np.uint8)).save(out / "bc.jpg", quality=95)
    for name, track in (("train", motion.poses()), ("val", motion.poses(300, motion.UNSEEN_SEED))):
        (out / f"transforms_{name}.json").write_text(json.dumps(motion.transforms(track), separators=(",", ":")))
    (out / "TorsoNeRFTest_config.txt").write_text(
        f"expname = demo_com\ndatadir = dataset/demo\nbasedir = dataset/demo/logs\nnear = {field.NEAR}\nfar = {field.FAR}\n"
        "with_test = 1\ntest_pose_file = transforms_train.json\n")
    spoken = build / "spoken.npy"
    if not spoken.exists():
        np.save(spoken, np.concatenate([ears.listen(8, seed, "train")[1][:200] for seed in SPOKEN]).astype(np.float32))
    np.save(out / "aud.npy", np.load(spoken))
    if out.resolve().is_relative_to(TRAINING.parent):
        for path in sorted(out.iterdir()):
            hashes.record(path)
    say(f"wrote {out}: {sum(p.stat().st_size for p in out.iterdir()) / 2 ** 20:.2f} MiB")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("stages", nargs="*", default=["head", "torso", "ears", "write"])
    ap.add_argument("--build", type=Path, default=TRAINING / "build" / "avatar")
    ap.add_argument("--out", type=Path, default=TRAINING.parent / "Examples" / "avatars" / "demo")
    ap.add_argument("--threads", type=int, default=2)
    args = ap.parse_args()
    torch.set_num_threads(args.threads)
    field.threads = args.threads
    args.build.mkdir(parents=True, exist_ok=True)
    for stage in args.stages:
        begun = time.time()
        if stage == "head":
            learn(field.HEAD, HEAD, args.build)
        elif stage == "torso":
            learn(field.TORSO, TORSO, args.build, dict(rays=20, empty=96))
        elif stage == "ears":
            ears_stage(args.build)
        elif stage == "write":
            write(args.build, args.out)
        else:
            ap.error(f"no such stage: {stage}")
        say(f"{stage}: {time.time() - begun:.0f} s")


if __name__ == "__main__":
    main()
