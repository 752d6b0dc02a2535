"""A softly blurred room behind the person, painted from shapes."""
import numpy as np


def blurred(a, r):
    n = int(3 * r) + 1
    k = np.exp(-0.5 * (np.arange(-n, n + 1) / r) ** 2)
    k /= k.sum()
    for axis in (0, 1):
        b = np.pad(a, [(n, n) if i == axis else (0, 0) for i in range(3)], mode="edge")
        a = sum(w * np.take(b, np.arange(i, i + a.shape[axis]), axis) for i, w in enumerate(k))
    return a


class Paint:
    def __init__(self, size, colour):
        self.y, self.x = np.mgrid[0:size, 0:size] / size
        self.c = np.empty((size, size, 3)) + colour

    def put(self, mask, colour, alpha):
        m = mask[..., None] * alpha
        self.c = self.c * (1 - m) + np.array(colour) * m

    def box(self, x0, y0, x1, y1, colour, alpha=1.0):
        self.put((self.x >= x0) & (self.x < x1) & (self.y >= y0) & (self.y < y1), colour, alpha)

    def disc(self, x, y, r, colour, alpha=1.0, wide=1.0):
        self.put(((self.x - x) / wide) ** 2 + (self.y - y) ** 2 < r * r, colour, alpha)


def room(size=450, seed=3):
    """[size, size, 3], 0..1: a warm wall, a window to the left, a shelf with books and a plant to the right, a lamp."""
    rng = np.random.default_rng(seed)
    p = Paint(size, (0.56, 0.49, 0.41))
    p.c *= (1.12 - 0.35 * p.x - 0.18 * p.y)[..., None]
    p.box(-0.1, -0.1, 0.235, 0.78, (0.93, 0.97, 1.02))                   # window, garden, curtain
    p.box(0.085, -0.1, 0.100, 0.78, (0.62, 0.56, 0.50))
    p.box(-0.1, 0.33, 0.235, 0.345, (0.62, 0.56, 0.50))
    for _ in range(14):
        p.disc(rng.uniform(-0.02, 0.20), rng.uniform(0.42, 0.80), rng.uniform(0.02, 0.06), (0.52, 0.66, 0.46), 0.5)
    p.box(0.215, -0.1, 0.300, 1.1, (0.80, 0.74, 0.66))
    p.box(0.255, -0.1, 0.275, 1.1, (0.66, 0.60, 0.53))
    p.box(0.72, 0.20, 1.1, 0.225, (0.30, 0.19, 0.12))                    # shelves, books
    p.box(0.72, 0.52, 1.1, 0.545, (0.30, 0.19, 0.12))
    colours = np.array([(0.55, 0.25, 0.18), (0.20, 0.32, 0.38), (0.70, 0.60, 0.42), (0.32, 0.38, 0.28), (0.62, 0.42, 0.24)])
    at = 0.80
    while at < 1.0:
        w, h = rng.uniform(0.018, 0.038), rng.uniform(0.12, 0.20)
        p.box(at, 0.52 - h, at + w, 0.52, colours[rng.integers(5)] * rng.uniform(0.7, 1.05))
        at += w + 0.004
    for _ in range(26):                                                  # plant and pot
        t = rng.uniform(-1, 1)
        p.disc(0.87 + 0.10 * t, 0.10 + 0.06 * rng.uniform(-1, 1) + 0.05 * abs(t), rng.uniform(0.02, 0.045),
               (0.22 + 0.1 * rng.random(), 0.36 + 0.14 * rng.random(), 0.20), 0.7)
    p.box(0.845, 0.14, 0.905, 0.20, (0.66, 0.42, 0.30))
    glow = np.exp(-((p.x - 0.80) ** 2 + (p.y - 0.72) ** 2) / 0.030)      # a lamp
    p.c = p.c + glow[..., None] * np.array([0.26, 0.17, 0.07])
    p.disc(0.80, 0.72, 0.030, (1.0, 0.86, 0.60), 0.9, 1.2)
    c = blurred(p.c.clip(0, 1.1), 0.026 * size)
    return (c * (1.0 - 0.44 * ((p.x - 0.5) ** 2 + (p.y - 0.45) ** 2))[..., None]).clip(0, 1)
