"""The torso, a knitted jumper: shape and colour in the frame of its own, fixed camera. Its state is the shift of the neck's foot.

The torso's picture always lies over the head's, so that it holds cloth only, and nothing that the neck would hide:
the neck belongs to the head, and the collar's edge is where the two meet.
"""
from math import atan2, cos, exp, sin, sqrt

from shapes import bell, cone, ellipsoid, fast, smax, smin, step
from head import KEY, tone

FOOT = (0.0, -0.135, -0.048)                 # of the neck: what the head turns about
EYE = (0.0, -0.0215, 0.80)                   # of the fixed camera
RING, TUBE = 0.0485, 0.0060                  # the collar's radius and half thickness


@fast
def place(x, y, z, sx, sy, sz):
    """The point in the cloth's own frame: all of the shift at the collar, two thirds of it at the shoulders."""
    dx, dy, dz = x - FOOT[0], y - FOOT[1], z - FOOT[2]
    k = 0.62 + 0.38 * exp(-(dx * dx + dy * dy + dz * dz) / 0.0072)
    return x - k * sx, y - k * sy, z - k * sz


@fast
def collar(x, y, z):
    """Radius about the neck, and height over the ring's plane, which falls towards the front."""
    w = z - FOOT[2] - 0.10 * (y - FOOT[1])
    rad = sqrt(x * x + w * w + 1e-9)
    return rad, y + 0.1450 + 0.30 * w, w


@fast
def folds(x, y, z):
    """Gentle folds of the cloth, from the neck outwards and under the arms."""
    ax = sqrt(x * x + 1e-5)
    f = sin(62.0 * (y + 0.55 * ax) + 14.0 * x) * step(0.06, 0.13, ax)
    g = sin(85.0 * (ax * 0.45 - y) + 1.0) * step(0.02, 0.06, -0.165 - y)
    return 0.0011 * f + 0.0007 * g


@fast
def sdf(x, y, z, sx, sy, sz):
    x, y, z = place(x, y, z, sx, sy, sz)
    ax = sqrt(x * x + 1e-7)
    d = ellipsoid(x, y + 0.270, z + 0.060, 0.1350, 0.1080, 0.0800)
    d = smin(d, cone(ax, y, z, 0.0550, -0.1960, -0.0620, 0.1750, -0.2360, -0.0640, 0.0400, 0.0460), 0.050)
    d = smin(d, cone(ax, y, z, 0.0300, -0.1640, -0.0640, 0.1100, -0.1960, -0.0640, 0.0190, 0.0300), 0.034)
    d += folds(x, y, z)
    rad, h, w = collar(x, y, z)
    u, v = rad - RING - 0.10 * max(-h, 0.0), max(abs(h) - 0.0085, 0.0)
    d = smin(d, sqrt(u * u + v * v) - TUBE, 0.008)
    # what the neck hides: the space over the collar's front arc, as the fixed camera sees it
    k = (EYE[2] - FOOT[2]) / (EYE[2] - z)
    px = x * k
    front = 0.1450 + 0.0085 + 0.30 * sqrt(max(RING * RING - px * px, 0.0)) - 0.0050
    over = y + front + (EYE[1] - y) * (1.0 - k) * -1.0 * 0.0
    behind = w - 0.35 * (RING - TUBE)
    hide = max(max(abs(px) - (RING - TUBE * 0.6), -over - 0.004), behind)
    return smax(d, -hide, 0.003)


@fast
def colour(x, y, z, sx, sy, sz, dx, dy, dz):
    e = 0.0008
    nx, ny, nz = 0.0, 0.0, 0.0
    for i in range(4):                                     # the gradient, from a tetrahedron's corners
        ex, ey, ez = (e if i % 3 == 0 else -e), (e if i > 1 else -e), (e if i % 2 == 1 else -e)
        h = sdf(x + ex, y + ey, z + ez, sx, sy, sz)
        nx, ny, nz = nx + ex * h, ny + ey * h, nz + ez * h
    k = 1.0 / sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
    nx, ny, nz = nx * k, ny * k, nz * k
    here, ao = sdf(x, y, z, sx, sy, sz), 1.0
    for i in range(3):
        h = 0.006 * 2.4 ** i
        ao -= (0.42 - 0.10 * i) * max(0.0, h - sdf(x + nx * h, y + ny * h, z + nz * h, sx, sy, sz) + here) / h
    ao = max(ao, 0.15)
    x, y, z = place(x, y, z, sx, sy, sz)
    rad, h, w = collar(x, y, z)
    ribbed = step(0.0075, 0.0045, abs(rad - RING - 0.10 * max(-h, 0.0))) * step(0.0175, 0.0145, abs(h))
    rib = sin(52.0 * atan2(x, w))
    ax = sqrt(x * x + 1e-6)
    rows = 0.5 + 0.5 * sin(900.0 * (0.35 * ax + y) + 1.2 * sin(700.0 * (x - 0.2 * y)))
    t = 0.86 + 0.10 * rows
    t = t + (0.86 + 0.16 * rib - t) * ribbed
    cr, cg, cb = 0.050 * t, 0.185 * t, 0.200 * t
    # the head's shadow, and the fall of light from the face downwards
    shadow = 1.0 - 0.42 * bell(x - 0.030, y + 0.165, 0.055, 0.030)
    lx, ly, lz = KEY
    ndl = max((nx * lx + ny * ly + nz * lz + 0.20) / 1.20, 0.0) * shadow
    up = 0.5 + 0.5 * ny
    fill = max(0.0, 0.65 * nx + 0.15 * ny + 0.55 * nz)
    ndv = max(-(nx * dx + ny * dy + nz * dz), 0.0)
    fuzz = 0.05 * (1.0 - ndv) ** 3 * ao
    pr = cr * (1.30 * ndl + ao * (0.40 + 0.24 * up) + 0.28 * fill * ao) + fuzz * 0.5
    pg = cg * (1.24 * ndl + ao * (0.42 + 0.26 * up) + 0.26 * fill * ao) + fuzz
    pb = cb * (1.14 * ndl + ao * (0.43 + 0.30 * up) + 0.25 * fill * ao) + fuzz
    return tone(pr), tone(pg), tone(pb)
