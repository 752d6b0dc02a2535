"""What the fields are trained on: samples along rays of the training cameras, with the scene's own density and colour there."""
import sys
from pathlib import Path

import numpy as np

import codes

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scene"))
import camera  # noqa: E402
import field   # noqa: E402
import motion  # noqa: E402

RAY = 8                                    # samples along a ray near what it meets
# where rays are aimed at, in the head's frame: centre, spread, share; the rest go anywhere
AIMS = [((0, -0.056, 0.078), (0.0170, 0.0130), 0.30), ((0.0312, 0.012, 0.060), (0.0130, 0.0110), 0.13), ((-0.0312, 0.012, 0.060), (0.0130, 0.0110), 0.13),
        ((0, -0.005, 0.075), (0.0420, 0.0480), 0.17), ((0, 0.020, 0.0), (0.0800, 0.0900), 0.12)]
COLLAR = ((0, -0.155, 0.0), (0.0500, 0.0200), 0.35)


class Batch:
    """G groups of one condition each: rays [G, R] of RAY samples, and E samples in the empty space before them."""

    def __init__(self, points, directions, state, sigma, colour, steps, hit, rays, condition):
        self.points, self.directions, self.state, self.sigma = points, directions, state, sigma
        self.colour, self.steps, self.hit, self.rays, self.condition = colour, steps, hit, rays, condition


class Sampler:
    def __init__(self, which, seed, groups=16, rays=28, empty=32, ramp=(field.OUT, field.IN, field.FULL)):
        self.ramp = ramp
        self.which, self.seed, self.groups, self.rays, self.empty = which, seed, groups, rays, empty
        tracks = [motion.poses(seed=motion.TRACK_SEED), *(motion.poses(seed=seed + 10 + i, strength=1.15) for i in range(3))]
        self.poses, self.first = np.concatenate(tracks), tracks[0][0]
        self.shifts = np.stack([motion.shift(p, self.first) for p in self.poses])

    def aim(self, rng, pose, n):
        """Pixels [n, 2]."""
        u, px = rng.random(n), rng.random((n, 2)) * camera.SIZE
        at = 0.0
        for centre, spread, share in (AIMS if self.which == field.HEAD else [COLLAR]):
            p = np.array(centre) + rng.normal(size=(n, 3)) * np.array([*spread, 0.0])
            c = (p - pose[:3, 3]) @ pose[:3, :3]
            q = np.stack([camera.SIZE / 2 - camera.FOCAL * c[:, 0] / c[:, 2], camera.SIZE / 2 + camera.FOCAL * c[:, 1] / c[:, 2]], 1)
            px = np.where(((u >= at) & (u < at + share))[:, None], q, px)
            at += share
        if self.which == field.TORSO:                            # most of the rest where the torso is
            low = (u >= at) & (u < 0.85)
            px[low, 1] = camera.SIZE * (0.70 + 0.30 * rng.random(low.sum()))
        return px.clip(0, camera.SIZE - 0.01)

    def batch(self, step):
        """The batch of one step; the same for the same seed and step."""
        rng = np.random.default_rng([self.seed, self.which, step])
        g, r, e = self.groups, self.rays, self.empty
        index = rng.integers(len(self.poses), size=g)
        if self.which == field.HEAD:
            condition = codes.states(g, rng)
            state = codes.state(condition)
        else:
            state = self.shifts[index] + rng.normal(0, 0.0008, (g, 3)).astype(np.float32)
            condition = (state / 0.01).astype(np.float32)
        cams = self.poses[index] if self.which == field.HEAD else np.repeat(self.first[None], g, 0)
        rays = [camera.rays(c, self.aim(rng, c, r)) for c in cams]
        o, d = (np.concatenate(a) for a in zip(*rays))
        d = d / np.linalg.norm(d, axis=1, keepdims=True)
        s = np.repeat(state, r, 0)
        z, hit = field.plan(self.which, o, d, s, rng.random((g * r, RAY)), reach=self.ramp[0])
        p = (o[:, None] + z[..., None] * d[:, None]).reshape(g, r * RAY, 3)
        v = np.repeat(d[:, None], RAY, 1).reshape(g, r * RAY, 3)
        edge = np.concatenate([z[:, :1] * 1.5 - z[:, 1:2] * 0.5, 0.5 * (z[:, 1:] + z[:, :-1]), z[:, -1:] * 1.5 - z[:, -2:-1] * 0.5], 1)
        # before what is met, anywhere in the empty: these only say where nothing is
        pick = rng.integers(r, size=(g, e)) + np.arange(g)[:, None] * r
        end = np.where(hit[pick] > 0, z[pick, 0], field.FAR)
        t = field.NEAR + (end - field.NEAR) * rng.random((g, e))
        if self.which == field.TORSO:                            # the camera is fixed: all that a pixel sees
            px = np.stack([rng.random((g, e)) * camera.SIZE, rng.random((g, e)) * camera.SIZE], -1).reshape(-1, 2)
            o2, d2 = camera.rays(self.first, px)
            d2 = d2 / np.linalg.norm(d2, axis=1, keepdims=True)
            t = field.NEAR + (field.FAR - field.NEAR) * rng.random((g * e, 1))
            p2, v2 = (o2 + t * d2).reshape(g, e, 3), d2.reshape(g, e, 3)
        else:
            p2, v2 = o[pick] + t[..., None] * d[pick], d[pick]
        points, view = np.concatenate([p, p2], 1).astype(np.float32), np.concatenate([v, v2], 1).astype(np.float32)
        n = r * RAY + e
        every = np.repeat(state, n, 0)
        sigma = field.density(field.distance(self.which, points.reshape(-1, 3), every), *self.ramp)
        colour = np.zeros((g * n, 3), np.float32)
        seen = np.flatnonzero(sigma > 4.0) if self.ramp[0] == field.OUT else []
        colour[seen] = field.colour(self.which, points.reshape(-1, 3)[seen], every[seen], view.reshape(-1, 3)[seen])
        return Batch(points, view, state, sigma.reshape(g, n), colour.reshape(g, n, 3), (edge[:, 1:] - edge[:, :-1]).astype(np.float32), hit, r, condition)
