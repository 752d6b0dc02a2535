"""Signed distances of simple shapes and smooth unions, for one point at a time (compiled)."""
from math import exp, sqrt

from numba import njit

fast = njit(fastmath=True, error_model="numpy")


@fast
def ellipsoid(x, y, z, a, b, c):
    u, v, w = x / a, y / b, z / c
    k0 = sqrt(u * u + v * v + w * w)
    u, v, w = u / a, v / b, w / c
    return k0 * (k0 - 1.0) / max(sqrt(u * u + v * v + w * w), 1e-6)


@fast
def cone(x, y, z, ax, ay, az, bx, by, bz, ra, rb):
    """A capsule from a to b whose radius goes from ra to rb."""
    px, py, pz, dx, dy, dz = x - ax, y - ay, z - az, bx - ax, by - ay, bz - az
    h = min(max((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz), 0.0), 1.0)
    px, py, pz = px - h * dx, py - h * dy, pz - h * dz
    return sqrt(px * px + py * py + pz * pz) - (ra + h * (rb - ra))


@fast
def smin(a, b, k):
    h = max(k - abs(a - b), 0.0) / k
    return min(a, b) - h * h * k * 0.25


@fast
def smax(a, b, k):
    h = max(k - abs(a - b), 0.0) / k
    return max(a, b) + h * h * k * 0.25


@fast
def step(a, b, x):
    """Rises smoothly from 0 at a to 1 at b."""
    t = min(max((x - a) / (b - a), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@fast
def sigmoid(x):
    return 1.0 / (1.0 + exp(-min(max(x, -40.0), 40.0)))


@fast
def bell(x, y, sx, sy):
    return exp(-0.5 * ((x / sx) ** 2 + (y / sy) ** 2))
