"""Head motion that loops, what of it the shoulders take, and blinks."""
import numpy as np

from camera import FOCAL
from torso import EYE, FOOT

FRAMES, RATE, TRACK_SEED, UNSEEN_SEED = 1500, 25, 1, 2
HOME = np.array([-EYE[0], -EYE[1], -EYE[2]])          # where the head stands before the camera


def _wave(frames, rng, low, high):
    """A smooth random loop of unit deviation: harmonics between two frequencies (1/s) with random phases."""
    seconds = frames / RATE
    k = np.arange(1, int(high * seconds) + 1)
    amplitude = np.exp(-(k / seconds / low) ** 1.2) * rng.uniform(0.4, 1.0, len(k)) * (k > 0)
    phase = rng.uniform(0, 2 * np.pi, len(k))
    t = np.arange(frames) / frames * 2 * np.pi
    wave = (amplitude[:, None] * np.cos(np.outer(k, t) + phase[:, None])).sum(0)
    return wave / wave.std()


def poses(frames=FRAMES, seed=TRACK_SEED, strength=1.0):
    """[frames, 4, 4] camera-to-head: the head turns about the neck's foot; the last frame leads on to the first, the first is at rest."""
    rng = np.random.default_rng(seed)
    deviation = np.array([1.7, 2.7, 1.1, 0.0030, 0.0016, 0.0035]) * strength       # nod, turn, tilt (degrees), x, y, z
    speed = [0.22, 0.16, 0.14, 0.10, 0.10, 0.08]
    wave = np.stack([_wave(frames, rng, s, 0.8) for s in speed], 1)
    wave = 2.1 * np.tanh(wave / 2.1) * deviation
    wave[:, 3] += 0.0006 * wave[:, 1]                                  # a turn takes the shoulders a little along
    start = np.argmin((wave ** 2 / deviation ** 2).sum(1))
    wave = np.roll(wave, -start, 0)
    fade = 0.5 + 0.5 * np.cos(np.minimum(np.minimum(np.arange(frames), frames - np.arange(frames)) / 25.0, 1.0) * np.pi)
    wave = wave - fade[:, None] * wave[0]                              # exactly at rest in the first frame
    out, foot = [], np.array(FOOT)
    for (nod, turn, tilt), shift in zip(np.radians(wave[:, :3]), wave[:, 3:]):
        cx, sx, cy, sy, cz, sz = np.cos(nod), np.sin(nod), np.cos(turn), np.sin(turn), np.cos(tilt), np.sin(tilt)
        r = (np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]]) @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
             @ np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]]))
        t = HOME + shift + foot - r @ foot                             # head to camera
        m = np.eye(4)
        m[:3, :3], m[:3, 3] = r.T, -r.T @ t
        out.append(m)
    return np.array(out, np.float32)


def shift(pose, first):
    """Where the neck's foot has gone, in the frame of the torso's camera."""
    def foot(m):
        return m[:3, :3].T @ (np.array(FOOT) - m[:3, 3])
    return (first[:3, :3] @ (foot(pose) - foot(first))).astype(np.float32)


def transforms(track):
    """A track as a transforms JSON's content."""
    return dict(focal_len=FOCAL, cx=225.0, cy=225.0, frames=[
        dict(img_id=i, aud_id=i, transform_matrix=[[round(float(v), 6) for v in row] for row in m]) for i, m in enumerate(track)])


def blinks(silent, seed=None):
    """[frames] 0..1 from [frames] of True where nobody speaks: a blink begins 80 ms after a pause of 240 ms or more has begun."""
    silent = np.asarray(silent, bool)
    shape = np.array([0.45, 1.0, 1.0, 0.75, 0.40, 0.12])               # six frames: 240 ms
    out, i, n = np.zeros(len(silent), np.float32), 0, len(silent)
    while i < n:
        if silent[i]:
            j = i
            while j < n and silent[j]:
                j += 1
            if j - i >= 6 and i > 0:
                k = min(len(shape), n - i - 2)
                if k > 0:
                    out[i + 2:i + 2 + k] = np.maximum(out[i + 2:i + 2 + k], shape[:k])
            i = j
        else:
            i += 1
    return out
