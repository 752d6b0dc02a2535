"""What an audio code means: how a state of the head is laid out over the 64 channels, so that fields and ears are learnt apart.

code = LIFT @ u,  u = (open, wide, round, blink, two channels of context for the attention alone)
The fields learn on codes of any state; the audio networks learn to say u. A little of u at both ends is dead, so that a
nearly closed mouth is closed.
"""
import numpy as np
import torch

STATE, CONTEXT = 4, 2
LOW, HIGH = 0.04, 0.97


def lift(size=64, seed=5):
    """[size, STATE + CONTEXT]: spread over all channels, columns at right angles."""
    rng = np.random.default_rng(seed)
    q, _ = np.linalg.qr(rng.normal(size=(size, STATE + CONTEXT)))
    return torch.tensor(q * np.array([4.0] * STATE + [1.0] * CONTEXT), dtype=torch.float32)


def state(u):
    """The head's state that u stands for."""
    return ((u[..., :STATE] - LOW) / (HIGH - LOW)).clip(0, 1)


def wanted(m):
    """The u that stands for a state; ends lie a little outside, so that they are reached."""
    return LOW + (HIGH - LOW) * m


# mouths of speech sounds: open, wide, round; what states the fields are trained on is made from them
SOUNDS = np.array([(1, .3, 0), (.75, .6, 0), (.55, .8, 0), (.35, 1, 0), (.7, 0, .9), (.3, 0, 1), (.15, 0, 1), (.12, .4, 0), (.25, .2, .5),
                   (.4, .4, 0), (.18, .4, 0), (.3, .8, 0), (.85, .15, .35)])
SHUT = np.array([(0, .3, 0), (0, .2, 0), (0, .2, .3), (0, .6, 0)])


def states(n, rng):
    """[n, STATE + CONTEXT] of u: sounds on the way into each other, closed lips, anything; blinks now and then."""
    pick = rng.random(n)
    table = np.concatenate([SOUNDS, SHUT])
    a, b = table[rng.integers(len(table), size=n)], table[rng.integers(len(table), size=n)]
    m = a + (b - a) * rng.random((n, 1))
    shut = SHUT[rng.integers(len(SHUT), size=n)] + np.stack([rng.exponential(0.03, n), 0 * pick, 0 * pick], 1)
    free = rng.random((n, 3))
    free[:, 1] *= 1 - 0.7 * free[:, 2]
    m = np.where(pick[:, None] < 0.55, m, np.where(pick[:, None] < 0.80, shut, free)) + rng.normal(0, 0.03, (n, 3))
    blink = np.where(rng.random(n) < 0.72, 0.0, np.where(rng.random(n) < 0.4, 1.0, rng.random(n))) + rng.normal(0, 0.015, n)
    u = wanted(np.concatenate([m, blink[:, None]], 1))
    u = np.where(rng.random((n, 1)) < 0.9, u.clip(-0.03, 1.03), u.clip(-0.12, 1.15))
    return np.concatenate([u, rng.uniform(-1, 1, (n, CONTEXT))], 1).astype(np.float32)
