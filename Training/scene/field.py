"""Many points and rays at once: distances, densities, colours, sphere tracing and samples along rays. Arrays of float32.

Field 0 is the head, with states (open, wide, round, blink); field 1 the torso, with states (x, y, z) of its shift.
"""
import os
from concurrent.futures import ThreadPoolExecutor
from math import exp

import numpy as np
from numba import njit

import head
import torso

HEAD, TORSO = 0, 1
OUT, IN, FULL = 0.0026, 0.0042, 800.0   # where the density of a surface begins without and is full within, and what it is there
NEAR, FAR = 0.56, 1.16
compiled = njit(fastmath=True, error_model="numpy", nogil=True)
head_sdf, head_colour, torso_sdf, torso_colour = head.sdf, head.colour, torso.sdf, torso.colour
threads = int(os.environ.get("SCENE_THREADS", "2"))


@compiled
def sdf(which, x, y, z, s):
    if which == 0:
        return head_sdf(x, y, z, s[0], s[1], s[2], s[3])
    return torso_sdf(x, y, z, s[0], s[1], s[2])


@compiled
def soft(d):
    """The density at a signed distance: a ramp through the surface, nothing without, FULL within."""
    return FULL * min(max((OUT - d) / (OUT + IN), 0.0), 1.0)


@compiled
def _distance(which, p, s, out):
    for i in range(len(p)):
        out[i] = sdf(which, p[i, 0], p[i, 1], p[i, 2], s[i])


@compiled
def _colour(which, p, s, d, out):
    for i in range(len(p)):
        if which == 0:
            out[i, 0], out[i, 1], out[i, 2] = head_colour(p[i, 0], p[i, 1], p[i, 2], s[i, 0], s[i, 1], s[i, 2], s[i, 3],
                                                          d[i, 0], d[i, 1], d[i, 2])
        else:
            out[i, 0], out[i, 1], out[i, 2] = torso_colour(p[i, 0], p[i, 1], p[i, 2], s[i, 0], s[i, 1], s[i, 2],
                                                           d[i, 0], d[i, 1], d[i, 2])


@compiled
def walk(which, ox, oy, oz, dx, dy, dz, s, near, far, reach):
    """Along a unit direction: the depth of the surface or far, the least distance passed, and where it first comes within
    `reach` of the surface or, if it never does, the depth of the least distance."""
    t, least, at = near, 1.0, near
    for _ in range(160):
        h = sdf(which, ox + t * dx, oy + t * dy, oz + t * dz, s)
        if h < least:
            if least > reach:
                at = t
            least = h
        if h < 0.00025 or t > far:
            break
        t += max(0.72 * h, 0.0003)
    return min(t, far), least, at


@compiled
def _trace(which, o, d, s, near, far, out):
    for i in range(len(o)):
        out[i, 0], out[i, 1], out[i, 2] = walk(which, o[i, 0], o[i, 1], o[i, 2], d[i, 0], d[i, 1], d[i, 2], s[i], near, far, OUT)


@compiled
def _plan(which, o, d, s, u, near, far, reach, z, hit):
    """Sorted depths z [n, S] where a ray's picture is made: drawn with u [n, S] from the weights of its samples and from their
    surroundings, or from all of its length where it meets nothing."""
    steps = 48
    grid, cum = np.empty(steps + 1), np.empty(steps + 1)
    for i in range(len(o)):
        t, least, at = walk(which, o[i, 0], o[i, 1], o[i, 2], d[i, 0], d[i, 1], d[i, 2], s[i], near, far, reach)
        n = z.shape[1]
        if least > reach + 0.0012:
            for j in range(n):
                z[i, j] = near + (far - near) * (j + u[i, j]) / n
            hit[i] = 0
            continue
        met = least < 0.00025
        a, b = at - 0.008, (t + 0.010 if met else at + 0.030)
        through, h = 1.0, (b - a) / steps
        cum[0] = 0.0
        for k in range(steps):
            m = a + (k + 0.5) * h
            alpha = 1.0 - exp(-soft(sdf(which, o[i, 0] + m * d[i, 0], o[i, 1] + m * d[i, 1], o[i, 2] + m * d[i, 2], s[i])) * h)
            cum[k + 1] = cum[k] + alpha * through + 0.006
            through *= 1.0 - alpha
        k = 0
        for j in range(n):
            goal = cum[steps] * (j + u[i, j]) / n
            while k < steps - 1 and cum[k + 1] < goal:
                k += 1
            z[i, j] = a + h * (k + (goal - cum[k]) / (cum[k + 1] - cum[k]))
        hit[i] = 1 if met else 2


_pool = ThreadPoolExecutor(4)


def _split(kernel, which, arrays, scalars, outs):
    n = len(arrays[0])
    parts = max(1, min(threads, n // 256))
    if parts == 1:
        return kernel(which, *arrays, *scalars, *outs)
    cut = [n * i // parts for i in range(parts + 1)]
    jobs = [_pool.submit(kernel, which, *[a[i:j] for a in arrays], *scalars, *[a[i:j] for a in outs]) for i, j in zip(cut, cut[1:])]
    for job in jobs:
        job.result()


def _rows(a, n):
    """[n, 4] of a state or states of three or four numbers."""
    a = np.atleast_2d(np.asarray(a, np.float32))
    out = np.zeros((n, 4), np.float32)
    out[:, :a.shape[1]] = a
    return out


def _f(a):
    return np.ascontiguousarray(a, np.float32)


def distance(which, p, s):
    p = _f(p)
    out = np.empty(len(p), np.float32)
    _split(_distance, which, [p, _rows(s, len(p))], [], [out])
    return out


def colour(which, p, s, d):
    """Colours 0..1 near the surface, seen along unit directions d."""
    p = _f(p)
    out = np.empty((len(p), 3), np.float32)
    _split(_colour, which, [p, _rows(s, len(p)), _f(d)], [], [out])
    return out


def trace(which, o, d, s, near=NEAR, far=FAR):
    """Depths along unit directions: the surface's (or far), least distance passed, its depth."""
    o, d = _f(o), _f(d)
    out = np.empty((len(o), 3), np.float32)
    _split(_trace, which, [o, d, _rows(s, len(o))], [float(near), float(far)], [out])
    return out


def plan(which, o, d, s, u, near=NEAR, far=FAR, reach=OUT):
    """Depths [n, S] for samples along unit directions, and 0 for a ray that meets nothing, 1 for one that does, 2 for a near miss."""
    o, d, u = _f(o), _f(d), _f(u)
    z, hit = np.empty(u.shape, np.float32), np.empty(len(o), np.int32)
    _split(_plan, which, [o, d, _rows(s, len(o)), u], [float(near), float(far), float(reach)], [z, hit])
    return z, hit


def density(d, out=OUT, within=IN, full=FULL):
    return (full * np.clip((out - np.asarray(d, np.float32)) / (out + within), 0, 1)).astype(np.float32)


def render(which, pose, s, pixels=None, size=450, samples=48):
    """The field's own picture: foreground colour [n, 3] (premultiplied) and what is left for the background [n]."""
    import camera
    o, d = camera.rays(pose, pixels, size)
    norm = np.linalg.norm(d, axis=1, keepdims=True)
    d = d / norm
    n = len(o)
    s = _rows(s, n)
    u = np.full((n, samples), 0.5, np.float32)
    z, hit = plan(which, o, d, s, u)
    rgb, rest = np.zeros((n, 3), np.float32), np.ones(n, np.float32)
    live = np.flatnonzero(hit)
    for part in np.array_split(live, max(1, len(live) // 4096)):
        zz = z[part]
        edge = np.concatenate([zz[:, :1], 0.5 * (zz[:, 1:] + zz[:, :-1]), zz[:, -1:]], 1)
        step = edge[:, 1:] - edge[:, :-1]
        p = (o[part, None] + zz[..., None] * d[part, None]).reshape(-1, 3)
        st = np.repeat(s[part], samples, 0)
        alpha = 1 - np.exp(-density(distance(which, p, st)).reshape(zz.shape) * step)
        before = np.cumprod(np.concatenate([np.ones((len(part), 1)), 1 - alpha], 1), 1)
        w = (alpha * before[:, :-1]).astype(np.float32)
        seen = np.flatnonzero(w.reshape(-1) > 0.001)
        c = np.zeros((len(p), 3), np.float32)
        c[seen] = colour(which, p[seen], st[seen], np.repeat(d[part], samples, 0)[seen])
        rgb[part] = (w[..., None] * c.reshape(*zz.shape, 3)).sum(1)
        rest[part] = before[:, -1]
    return rgb, rest
