#!/usr/bin/env python3
"""Makes the avatars of this folder and what the reference renders of them.

    python make.py REFERENCE            REFERENCE: the folder of adnerf_reference.py; needs torch, numpy and pillow

tiny     sixteen wide, everything else as the release has it; a legacy head and a zip body
options  every option of the configuration at once: other depths, widths, octaves, sample counts, code sizes, window, smoothing,
         first feature row, pose stride, disparity sampling and no white background

Each holds an avatar folder and, in trace/, float32 .npy of the stages of some rays (named FRAME-STAGE as in the reference's
`trace`), the smoothed codes, the background, and whole frames frame-FRAME.npy of shape [H, W, 3].
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, sys.argv[1])
import adnerf_reference as ref  # noqa: E402

HERE = Path(__file__).resolve().parent
NEAR, FAR = 0.56, 1.16


def rotation(yaw, pitch, roll):
    c, s = np.cos([yaw, pitch, roll]), np.sin([yaw, pitch, roll])
    y = np.array([[c[0], 0, s[0]], [0, 1, 0], [-s[0], 0, c[0]]])
    x = np.array([[1, 0, 0], [0, c[1], -s[1]], [0, s[1], c[1]]])
    z = np.array([[c[2], -s[2], 0], [s[2], c[2], 0], [0, 0, 1]])
    return y @ x @ z


def track(count, size, phase):
    """A nodding head, as the release writes it."""
    frames = []
    for i in range(count):
        t = phase + 0.4 * i
        m = np.eye(4)
        m[:3, :3] = rotation(0.15 * np.sin(t), 0.08 * np.cos(1.3 * t), 0.1 * np.sin(0.7 * t + 1))
        m[:3, 3] = [0.12 * np.sin(t), 0.05 * np.cos(t), 0.75 + 0.02 * np.sin(2 * t)]
        frames.append(dict(img_id=i, aud_id=i, transform_matrix=[[round(float(v), 7) for v in row] for row in m],
                           face_rect=[1, 1, size - 2, size - 2]))
    return dict(focal_len=1100 * size / 450, cx=size / 2, cy=size / 2, frames=frames)


class Model:
    """The reference's networks with the release's remaining options."""

    def __init__(self, size, width=16, fine_width=16, depth=8, fine_depth=8, xyz=10, views=4, code=40, torso_code=24, window=16,
                 smoothing=8, samples=64, importance=128, disparity=False, white=True):
        position, direction = 3 + 6 * xyz, 3 + 6 * views
        self.size, self.xyz, self.views, self.torso_code, self.smoothing = size, xyz, views, torso_code, smoothing
        self.samples, self.importance, self.disparity, self.white = samples, importance, disparity, white
        nerf = lambda condition: [ref.FaceNeRF(condition, d, w, position, direction) for d, w in ((depth, width), (fine_depth, fine_width))]
        self.audio, self.attention = ref.AudioNet(code, window), ref.AudioAttNet(length=2 * (smoothing // 2))
        self.body_audio = ref.AudioNet(torso_code, window)
        self.head, self.torso = nerf(code), nerf(torso_code + 42)
        for net in self.head + self.torso:
            ref.sharpen(net)
        with torch.no_grad():
            for layer in list(self.audio.modules()) + list(self.attention.modules()):
                if hasattr(layer, "weight"):
                    layer.weight *= 1.5   # so that codes differ from frame to frame

    def codes(self, features):
        ref.SMOOTHING = self.smoothing
        return ref.smoothed_codes(torch.as_tensor(features), self.audio, self.attention)

    def render_rays(self, nets, o, d, condition, background):
        """The reference's render_rays with disparity sampling, any sample counts and no white."""
        ref.XYZ_OCTAVES, ref.DIR_OCTAVES = self.xyz, self.views
        t = torch.linspace(0, 1, self.samples)
        z0 = 1 / (1 / NEAR * (1 - t) + 1 / FAR * t) if self.disparity else NEAR * (1 - t) + FAR * t
        z0 = z0.expand(len(o), self.samples)
        raw0 = ref.evaluate(nets[0], o, d, z0, condition)
        w0, rgb0, fg0 = self.composite(raw0, z0, d, background)
        out = dict(raw_coarse=raw0, weights_coarse=w0, rgb_coarse=rgb0)
        if self.importance == 0:
            return dict(out, z=z0, raw=raw0, weights=w0, rgb=rgb0, foreground=fg0, last_weight=w0[:, -1])
        extra = ref.importance_samples(0.5 * (z0[:, 1:] + z0[:, :-1]), w0[:, 1:-1], self.importance)
        z = torch.cat([z0, extra], -1).sort(-1).values
        raw = ref.evaluate(nets[1], o, d, z, condition)
        w, rgb, fg = self.composite(raw, z, d, background)
        return dict(out, z=z, raw=raw, weights=w, rgb=rgb, foreground=fg, last_weight=w[:, -1])

    def composite(self, raw, z, d, background):
        w, rgb, fg = ref.composite(raw, z, d, background)
        return w, rgb if self.white else rgb - (1 - w.sum(-1, keepdim=True)), fg

    def rays(self, meta, pose, torso_pose, code, background, pixels):
        out = {}
        for name, nets, camera, condition in (
                ("head", self.head, pose, code),
                ("torso", self.torso, torso_pose, torch.cat([code[:self.torso_code], ref.pose_signal(pose)]))):
            o, d = (r.reshape(-1, 3)[pixels] for r in ref.camera_rays(
                self.size, self.size, meta["focal_len"], meta["cx"], meta["cy"], camera))
            for key, value in self.render_rays(nets, o, d, condition, background.reshape(-1, 3)[pixels]).items():
                out[f"{name}_{key}"] = value
            out[f"{name}_condition"], out[f"{name}_directions"] = condition, d
        out["rgb"] = out["head_rgb"] * out["torso_last_weight"][:, None] + out["torso_foreground"]
        return out


@torch.no_grad()
def make(name, model, config, picture, frames, traced, rays, stages=None, start=0, stride=1, count=12, step=100000, where="."):
    out, rng = HERE / name, np.random.default_rng(len(name))
    (out / "trace").mkdir(parents=True, exist_ok=True)
    (out / where).mkdir(parents=True, exist_ok=True)
    (out / "TorsoNeRFTest_config.txt").write_text(config)
    y, x = np.mgrid[0:model.size, 0:model.size] / model.size
    rgb = np.stack([0.2 + 0.7 * x, 0.3 + 0.5 * y, 0.5 + 0.4 * np.sin(9 * x) * np.cos(7 * y)], -1)
    Image.fromarray((255 * rgb).astype(np.uint8)).save(out / picture, quality=95)
    background = torch.tensor(np.asarray(Image.open(out / picture).convert("RGB"), dtype=np.float32) / 255)
    np.save(out / "trace/background.npy", background.numpy())
    training, test = track(7, model.size, 0.0), track(count, model.size, 2.0)
    (out / "transforms_train.json").write_text(json.dumps(training))
    (out / "transforms_val.json").write_text(json.dumps(test))
    features = (3 * np.cumsum(rng.standard_normal((count, 16, 29)), 0)).astype(np.float32)
    np.save(out / "aud.npy", features)

    ref.save_checkpoint(out / where / f"{step:06d}_head.tar", *model.head, model.audio, model.attention, step, legacy=True)
    ref.save_checkpoint(out / where / f"{step:06d}_body.tar", *model.torso, model.body_audio, None, step)

    poses = torch.tensor([f["transform_matrix"] for f in test["frames"][::stride]], dtype=torch.float32)
    torso_pose = torch.tensor(training["frames"][0]["transform_matrix"], dtype=torch.float32)
    used = [min(start + k, count - 1) for k in range(min(len(poses), count))]
    codes = model.codes(features[used])
    np.save(out / "trace/codes.npy", codes.numpy())
    pixels = np.sort(rng.choice(model.size ** 2, rays, replace=False))
    np.save(out / "trace/pixels.npy", pixels.astype(np.float32))
    for f in traced:
        for key, value in model.rays(test, poses[f], torso_pose, codes[f], background, pixels).items():
            if stages is None or key in stages:
                np.save(out / f"trace/{f}-{key}.npy", value.numpy())
    for f in frames:
        whole = model.rays(test, poses[f], torso_pose, codes[f], background, slice(None))["rgb"]
        np.save(out / f"trace/frame-{f}.npy", whole.reshape(model.size, model.size, 3).numpy())


def main():
    torch.manual_seed(17)
    make("tiny", Model(24), f"""expname = tiny_com
datadir = dataset/tiny
basedir = dataset/tiny/logs
near = {NEAR}
far = {FAR}
test_pose_file = transforms_val.json
with_test = 1
dim_aud = 40
dim_aud_body = 24
netwidth = 16
netwidth_fine = 16
""", "bc.png", frames=[3], traced=[3], rays=32)
    torch.manual_seed(31)
    model = Model(20, width=12, fine_width=20, depth=6, fine_depth=4, xyz=6, views=2, code=36, torso_code=20, window=12, smoothing=6,
                  samples=24, importance=40, disparity=True, white=False)
    make("options", model, f"""# Every option that changes the picture.
expname = options_com
basedir = dataset/options/logs
near = {NEAR}
far = {FAR}
with_test = 1
test_pose_file = transforms_val.json
N_samples = 24
N_importance = 40
netdepth = 6
netwidth = 12
netdepth_fine = 4
netwidth_fine = 20
multires = 6
multires_views = 2
dim_aud = 36
dim_aud_body = 20
win_size = 12
smo_size = 6
white_bkgd = True  # raises a store_false flag: the white background is off
lindisp = True
aud_start = 2
testskip = 2
""", "bc.png", frames=[1, 5], traced=[1], rays=16, start=2, stride=2, step=9000, where="logs/options_com")


if __name__ == "__main__":
    main()
