"""The head: shape and colour. Its state is (open, wide, round, blink), each 0..1; x to the right, y up, z towards the viewer."""
from math import atan2, cos, exp, sin, sqrt

from shapes import bell, cone, ellipsoid, fast, sigmoid, smax, smin, step

EYE_X, EYE_Y, EYE_Z, EYE_R = 0.0312, 0.0085, 0.0436, 0.0180
PART_X, PART_Y = 0.024, 0.104      # where the hair parts
HALF = 0.0166                      # half an eye's width
TOOTH = 0.0086


# ---------------------------------------------------------------- shape
@fast
def mouth(o, w, r):
    """Half width, how far the lips' inner edges lie above and below the mouth's line, and how far the lips come forward."""
    return 0.0222 + 0.0048 * w - 0.0095 * r - 0.0015 * o, 0.0036 * o + 0.0012 * r, 0.0155 * o + 0.0025 * r, 0.0830 + 0.0065 * r - 0.0010 * w


@fast
def lip_lines(x, o, w, r):
    """The inner edges of the upper and the lower lip at x; the corners are raised in a slight smile."""
    hw, up, low, _ = mouth(o, w, r)
    t = min((x / hw) ** 2, 1.6)
    gap = max(1.0 - t ** (1.25 + 0.6 * r), 0.0)
    line = -0.0532 + (0.0030 + 0.0016 * w - 0.0028 * r) * t - 0.0010 * o - 0.0018 * r
    return line + up * gap, line - low * gap


@fast
def lids(ax, y, b):
    """How far (ax, y), seen from the front, lies outside the opening of the eye; and its distance below the upper lid."""
    u = (ax - EYE_X) / HALF
    v = y - EYE_Y - 0.0011 * u                      # the outer corner is higher
    k = 1.0 - u * u
    lower = -0.0060 * k * (1.0 - 0.12 * u)
    upper = 0.0084 * k * (1.0 + 0.16 * u - 0.25 * u * u)
    shut = lower * 0.72 - 0.0004
    upper = upper + (shut - upper) * b
    lower = lower + (shut - lower) * b * 0.6 - 0.0006 * b * 0.0
    return max(v - upper, lower - v), upper - v, v - lower


@fast
def face(x, ax, y, z, o):
    """Skull, face, nose and neck, without lips and lids; an open mouth lowers the jaw."""
    sx = sqrt(x * x + 6e-5)                        # no crease in the middle
    yj = y + 0.0125 * o * step(-0.046, -0.074, y) * step(-0.045, 0.035, z)
    d = ellipsoid(x, y - 0.030, z + 0.020, 0.0735, 0.085, 0.091)
    d = smin(d, ellipsoid(x, yj + 0.020, z - 0.012, 0.0565, 0.0750, 0.0600), 0.045)
    d = smin(d, ellipsoid(x, yj + 0.0770, z - 0.0470, 0.0160, 0.0160, 0.0205), 0.034)            # chin
    d = smin(d, cone(sx, yj, z, 0.0465, -0.034, -0.008, 0.0120, -0.079, 0.043, 0.013, 0.010), 0.034)  # jaw
    d = smin(d, ellipsoid(sx - 0.0400, y + 0.0160, z - 0.0400, 0.0220, 0.0190, 0.0215), 0.028)   # cheeks
    d = smin(d, ellipsoid(x, yj + 0.0520, z - 0.0500, 0.0260, 0.0210, 0.0225), 0.022)            # about the mouth
    d = smin(d, ellipsoid(sx - 0.0280, y - 0.0330, z - 0.0580, 0.0230, 0.0085, 0.0110), 0.022)   # brows
    d = smax(d, -ellipsoid(sx - 0.0310, y - 0.0120, z - 0.0800, 0.0190, 0.0125, 0.0150), 0.020)  # sockets
    d = smin(d, cone(x, y, z, 0.0, 0.018, 0.0655, 0.0, -0.016, 0.0835, 0.0055, 0.0072), 0.017)   # nose
    d = smin(d, ellipsoid(x, y + 0.0210, z - 0.0850, 0.0080, 0.0078, 0.0090), 0.009)
    d = smin(d, ellipsoid(ax - 0.0092, y + 0.0248, z - 0.0775, 0.0056, 0.0058, 0.0076), 0.007)
    neck = cone(x, y, z, 0.0, -0.060, -0.030, 0.0, -0.230, -0.062, 0.0405, 0.0460)
    return smin(d, neck, 0.026)


@fast
def ear(x, y, z):
    u, v, w = abs(x) - 0.0760, y - 0.0020, z + 0.0140
    u, w = u * 0.94 - w * -0.34, w * 0.94 + u * -0.34     # leans back
    v, w = v * 0.97 - w * 0.20, w * 0.97 + v * 0.20
    d = ellipsoid(u, v, w, 0.0080, 0.0275, 0.0160)
    d = smax(d, -ellipsoid(u - 0.0070, v - 0.0030, w - 0.0020, 0.0055, 0.0165, 0.0085), 0.006)
    return smin(d, ellipsoid(u + 0.001, v + 0.0235, w - 0.0020, 0.0055, 0.0070, 0.0065), 0.006)


@fast
def strands(x, y, z):
    """Waves across the hair: strands run out from the parting."""
    dx, dy = x - PART_X, PART_Y + 0.035 - y
    rho = sqrt(dx * dx + dy * dy + 1e-8)
    a = atan2(dx, dy) + 0.10 * sin(38.0 * rho + 1.0) + 1.2 * z
    t = step(0.07, 0.13, rho)
    near = 0.50 * sin(58.0 * a) + 0.35 * sin(37.0 * a + 1.3) + 0.25 * sin(97.0 * a + 0.5)
    return (1.0 - t) * near + t * (0.40 * sin(118.0 * a) + 0.50 * sin(67.0 * a + 2.0) + 0.25 * sin(151.0 * a + 1.0))


@fast
def hair(x, y, z):
    d = ellipsoid(x, y - 0.037, z + 0.0320, 0.0850, 0.0890, 0.0960)
    d = smin(d, ellipsoid(x, y + 0.012, z + 0.062, 0.0820, 0.0820, 0.0560), 0.030)
    # curtains: before the ear on one side, behind it on the other; the ends turn inwards
    yl = y + 0.022
    turn = 0.018 * step(0.005, -0.078, yl)
    c0 = ellipsoid(x + 0.0710 - turn, yl, z + 0.0060, 0.0190, 0.0740, 0.0400)
    c1 = ellipsoid(x - 0.0690 + turn, yl, z + 0.0440, 0.0220, 0.0720, 0.0360)
    d = smin(d, min(c0, c1), 0.022)
    d = smax(d, -ellipsoid(x - 0.0020, y + 0.0260, z - 0.0820, 0.0580, 0.0900, 0.0760), 0.010)     # the face
    d = smax(d, -ellipsoid(x - 0.0900, y - 0.0000, z + 0.0020, 0.0300, 0.0320, 0.0260), 0.010)     # the ear
    # the parting's two sweeps
    s = cone(x, y, z, 0.022, 0.1010, 0.0340, -0.014, 0.0950, 0.0400, 0.0130, 0.0165)
    s = smin(s, cone(x, y, z, -0.014, 0.0950, 0.0400, -0.0460, 0.0690, 0.0370, 0.0165, 0.0150), 0.010)
    s = smin(s, cone(x, y, z, -0.0460, 0.0690, 0.0370, -0.0660, 0.0270, 0.0210, 0.0150, 0.0130), 0.012)
    s = smin(s, cone(x, y, z, -0.0660, 0.0270, 0.0210, -0.0720, -0.0200, 0.0120, 0.0130, 0.0120), 0.012)
    q = cone(x, y, z, 0.024, 0.1010, 0.0340, 0.0460, 0.0830, 0.0235, 0.0130, 0.0120)
    q = smin(q, cone(x, y, z, 0.0460, 0.0830, 0.0235, 0.0680, 0.0460, 0.0020, 0.0120, 0.0110), 0.014)
    q = smin(q, cone(x, y, z, 0.0680, 0.0460, 0.0020, 0.0750, 0.0120, -0.0340, 0.0110, 0.0110), 0.012)
    d = smin(d, smin(s, q, 0.005), 0.014)
    part = bell(x - PART_X + 0.3 * (0.07 - z) * 0.0, max(0.0, 0.085 - y), 0.0035, 0.010) * step(0.0, 0.03, z)
    if abs(d) < 0.03:
        d += 0.0008 * strands(x, y, z) + 0.0020 * part
    return d


@fast
def parts(x, y, z, o, w, r, b):
    """Distances: skin and lips with their holes, eyeballs, hair, teeth, tongue; then skin and lips without, the mouth's cavity."""
    ax = sqrt(x * x + 1e-7)
    skin = face(x, ax, y, z, o)
    far = sqrt((abs(x) - 0.078) ** 2 + y * y + (z + 0.014) ** 2) - 0.045
    if far < 0.0:
        skin = smin(skin, ear(x, y, z), 0.008)
    # lids and eyes
    u, v, t = ax - EYE_X, y - EYE_Y, z - EYE_Z
    q = sqrt(u * u + v * v + t * t)
    eye = q - EYE_R
    solid = skin
    if eye < 0.016:
        out, _, _ = lids(ax, y, b)
        cover = smin(skin, q - (EYE_R + 0.0016), 0.006)
        solid = smax(cover, -max(max(out * 0.75, q - (EYE_R + 0.0075)), 0.002 - t), 0.0016)
        skin = cover
    # mouth
    lips, cav, teeth, tongue = 1.0, 1.0, 1.0, 1.0
    far = sqrt(x * x + (y + 0.058) ** 2 + (z - 0.068) ** 2) - 0.046
    if far < 0.0:
        hw, up, low, zc = mouth(o, w, r)
        top, bottom = lip_lines(x, o, w, r)
        end = hw + 0.0020
        k = max(1.0 - (x / end) ** 2, 0.0)
        past = max(ax - end, 0.0)
        zl = zc - 13.5 * x * x * (1.0 - 0.3 * r)
        tu = (0.0056 - 0.0011 * bell(x, 0.0, 0.0032, 1.0)) * k ** 0.9
        ry, rz = 0.0011 + 0.55 * tu, 0.0030 + 0.0034 * k
        e0 = (sqrt(((y - top - 0.45 * tu) / ry) ** 2 + ((z - zl + rz) / rz) ** 2) - 1.0) * min(ry, rz)
        tl = 0.0082 * k ** 0.85
        ry, rz = 0.0011 + 0.55 * tl, 0.0030 + 0.0042 * k
        e1 = (sqrt(((y - bottom + 0.45 * tl) / ry) ** 2 + ((z - zl + rz) / rz) ** 2) - 1.0) * min(ry, rz)
        lips = smin(e0, e1, 0.0012)
        lips = sqrt(max(lips, 0.0) ** 2 + past * past) + min(lips, 0.0)
        cav = max(max(max(y - top, bottom - y) * 0.60, (ax - hw) * 0.6) + 0.0003 - 0.0011 * step(0.03, 0.25, o), 0.044 - z)
        solid = smax(smin(solid, lips, 0.0045), -cav, 0.0018)
        # upper teeth hang from the skull, lower teeth and tongue move with the jaw
        zt = 0.0705 - 16.0 * x * x
        teeth = max(max(abs(y + 0.0512) - 0.0052, abs(z - zt + 0.004) - 0.004), ax - 0.0200)
        yb = -0.0590 - 0.0125 * o
        teeth = min(teeth, max(max(abs(y - yb + 0.0040) - 0.0040, abs(z - zt + 0.0065) - 0.0035), ax - 0.0180)) - 0.0008
        tongue = ellipsoid(x, y + 0.0625 + 0.0095 * o, z - 0.0500, 0.0150, 0.0052 + 0.0015 * o, 0.0170)
    return solid, eye, hair(x, y, z), teeth, tongue, skin, lips, cav


@fast
def sdf(x, y, z, o, w, r, b):
    solid, eye, lock, teeth, tongue, _, _, _ = parts(x, y, z, o, w, r, b)
    return min(min(solid, lock), min(min(eye, teeth), tongue))


# ---------------------------------------------------------------- colour
KEY = (-0.46, 0.52, 0.72)


@fast
def tone(c):
    """Linear light to a picture's value."""
    c = max(c, 0.0)
    return min((c * (1.0 + 0.12 * c) / (1.0 + 0.55 * c)) ** (1.0 / 2.2), 1.0)


@fast
def mix(a, b, t):
    return a + (b - a) * t


@fast
def colour(x, y, z, o, w, r, b, dx, dy, dz):
    """What is seen at a point near the surface from the (unit) viewing direction (dx, dy, dz)."""
    solid, eye, lock, teeth, tongue, skin, lips, cav = parts(x, y, z, o, w, r, b)
    e = 0.0006
    nx, ny, nz = 0.0, 0.0, 0.0
    for i in range(4):                                     # the gradient, from a tetrahedron's corners
        ex, ey, ez = (e if i % 3 == 0 else -e), (e if i > 1 else -e), (e if i % 2 == 1 else -e)
        h = sdf(x + ex, y + ey, z + ez, o, w, r, b)
        nx, ny, nz = nx + ex * h, ny + ey * h, nz + ez * h
    k = 1.0 / sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
    nx, ny, nz = nx * k, ny * k, nz * k
    # light that reaches the point
    here = min(min(solid, lock), min(min(eye, teeth), tongue))
    ao = 1.0
    for i in range(3):
        h = 0.006 * 2.4 ** i
        ao -= (0.44 - 0.09 * i) * max(0.0, h - sdf(x + nx * h, y + ny * h, z + nz * h, o, w, r, b) + here) / h
    ao = max(ao, 0.12)
    lx, ly, lz = KEY
    sun, t = 1.0, 0.006
    for i in range(6):
        d = sdf(x + lx * t + nx * 0.002, y + ly * t + ny * 0.002, z + lz * t + nz * 0.002, o, w, r, b)
        sun -= 0.22 * max(0.0, 1.0 - d / (0.45 * t))
        t *= 1.6
    sun = step(0.0, 1.0, max(sun, 0.0))
    ax = sqrt(x * x + 1e-7)

    gloss, sharp, soft = 0.05, 18.0, 1.0
    kind = 0
    if eye < solid and eye < lock:
        kind = 1
    elif lock < solid:
        kind = 2
    elif min(teeth, tongue) < solid:
        kind = 3 if teeth < tongue else 4
    if kind == 1:
        out, below, above = lids(ax, y, b)
        # the iris looks at the viewer most of the way
        side = 1.0 if x > 0.0 else -1.0
        gx, gy, gz = -dx * 0.8 + side * 0.030, -dy * 0.8, -dz * 0.8 + 0.2
        k = EYE_R / sqrt(gx * gx + gy * gy + gz * gz)
        u, v = x - side * EYE_X - gx * k, y - EYE_Y - gy * k
        rad = sqrt(u * u + v * v)
        cr, cg, cb = 0.80, 0.77, 0.74
        pink = step(0.008, 0.016, abs(ax - EYE_X))
        cr, cg, cb = cr, cg * (1.0 - 0.18 * pink), cb * (1.0 - 0.20 * pink)
        t = sigmoid((0.0070 - rad) * 2600.0)
        glow = 0.55 + 0.75 * step(0.002, -0.005, v) * step(0.0068, 0.0037, rad) + 0.12 * sin(9.0 * atan2(v, u))
        rim = 1.0 - 0.65 * step(0.0048, 0.0070, rad)
        cr, cg, cb = mix(cr, 0.17 * glow * rim, t), mix(cg, 0.20 * glow * rim, t), mix(cb, 0.085 * glow * rim, t)
        t = sigmoid((0.0033 - rad) * 3000.0)
        cr, cg, cb = mix(cr, 0.006, t), mix(cg, 0.005, t), mix(cb, 0.005, t)
        shade = 0.35 + 0.65 * step(-0.0004, 0.0042, below) * (0.75 + 0.25 * step(0.0, 0.002, above))
        amb, sun, ao = 0.85 * shade, (0.35 + 0.65 * sun) * shade, 0.5 + 0.5 * ao
        gloss = 0.0
    elif kind == 2:
        s = strands(x, y, z)
        m = 0.5 + 0.5 * s
        cr, cg, cb = mix(0.060, 0.165, m), mix(0.0235, 0.072, m), mix(0.0110, 0.0300, m)
        amb = 1.0
        gloss = 0.0
    elif kind == 3:
        cr, cg, cb = 0.78, 0.74, 0.66
        q = ax / TOOTH
        gap = abs(q - round(q)) * TOOTH
        line = 1.0 - 0.22 * exp(-(gap / 0.0008) ** 2)
        depth = step(0.0500, 0.0690, z) * line
        cr, cg, cb = cr * depth, cg * depth, cb * depth
        amb, sun, ao = 1.0, 0.30 * sun + 0.40, 0.45 + 0.55 * ao
        gloss = 0.10
    elif kind == 4:
        depth = step(0.030, 0.064, z)
        cr, cg, cb = 0.50 * depth, 0.165 * depth, 0.150 * depth
        amb, sun, ao = 0.9, 0.4 * sun + 0.20, 0.25 + 0.75 * ao
        gloss = 0.10
    else:
        cr, cg, cb = 0.720, 0.430, 0.300
        blush = bell(ax - 0.0410, y + 0.0190, 0.0150, 0.0120) + 0.55 * bell(x, y + 0.0230, 0.0090, 0.0080) * step(0.075, 0.085, z)
        blush += 0.35 * bell(ax - 0.074, y, 0.010, 0.030) * step(0.066, 0.074, ax)
        cg, cb = cg * (1.0 - 0.22 * blush), cb * (1.0 - 0.20 * blush)
        soft = 0.0
        if z > 0.0:
            # lids' shadow, lashes and the fold above
            out, below, above = lids(ax, y, b)
            near = step(0.016, 0.011, sqrt((ax - EYE_X) ** 2 + (y - EYE_Y) ** 2) * 0.8)
            t = near * 0.35 * bell(0.0, below + 0.0062 - 0.0025 * b, 1.0, 0.0016) * step(0.019, 0.012, abs(ax - EYE_X))
            cr, cg, cb = cr * (1.0 - 0.8 * t), cg * (1.0 - t), cb * (1.0 - t)
            u = (ax - EYE_X) / HALF
            lash = exp(-((below + 0.0007 + 0.0004 * b) / (0.00115 + 0.0004 * u)) ** 2) * step(1.25, 0.95, u) * step(-1.02, -0.75, u)
            lash = max(lash, 0.30 * exp(-((above + 0.0005) / 0.0009) ** 2) * step(1.1, 0.8, u) * step(-1.0, -0.5, u) * (1.0 - 0.5 * b)) * 0.92
            cr, cg, cb = mix(cr, 0.018, lash), mix(cg, 0.011, lash), mix(cb, 0.008, lash)
            # brows: soft, fading at both ends
            u = (ax - 0.0130) / 0.0370
            arch = 0.0330 + 0.0085 * u * (1.65 - u) - 0.0042 * u * u * u
            thick = 0.0032 * (1.0 - 0.55 * max(u, 0.0)) + 0.0005
            hairs = 0.78 + 0.22 * sin(520.0 * (ax * 0.8 - y))
            brow = exp(-((y - arch) / thick) ** 2) * step(-0.10, 0.18, u) * step(1.06, 0.72, u) * 0.92 * hairs
            cr, cg, cb = mix(cr, 0.060, brow), mix(cg, 0.028, brow), mix(cb, 0.016, brow)
            nostril = bell(ax - 0.0066, y + 0.0300, 0.0027, 0.0018) * step(0.070, 0.076, z) * 0.62
            cr, cg, cb = mix(cr, 0.075, nostril), mix(cg, 0.022, nostril), mix(cb, 0.016, nostril)
            # lips, the line between them, the cavity
            if y < -0.030 and ax < 0.045:
                t = sigmoid((skin - lips - 0.0006) * 1700.0)
                cr, cg, cb = mix(cr, 0.520, t), mix(cg, 0.155, t), mix(cb, 0.150, t)
                gloss, sharp = gloss + 0.10 * t, sharp + 12.0 * t
                top, bottom = lip_lines(x, o, w, r)
                hw, _, _, _ = mouth(o, w, r)
                gap = 0.5 * (top - bottom)
                seam = exp(-(max(abs(y - 0.5 * (top + bottom)) - gap, 0.0) / 0.0009) ** 2) * step(hw + 0.004, hw - 0.001, ax) * 0.75
                cr, cg, cb = mix(cr, 0.105, seam), mix(cg, 0.022, seam), mix(cb, 0.022, seam)
                t = sigmoid((-cav - 0.0004) * 2600.0)
                depth = step(0.045, 0.074, z)
                cr, cg, cb = mix(cr, 0.050 + 0.10 * depth, t), mix(cg, 0.010 + 0.012 * depth, t), mix(cb, 0.010 + 0.012 * depth, t)
                gloss *= 1.0 - t
        amb = 1.0
        # the cloth's shadow on the neck
        amb *= 0.55 + 0.45 * step(-0.152, -0.128, y - 0.30 * (z + 0.01))
    # light: a window to the left, the room, a warm bounce from below, a rim from behind on the right
    ndl = nx * lx + ny * ly + nz * lz
    up = 0.5 + 0.5 * ny
    fill = max(0.0, 0.65 * nx + 0.15 * ny + 0.55 * nz)
    ndv = max(-(nx * dx + ny * dy + nz * dz), 0.0)
    hx, hy, hz = lx - dx, ly - dy, lz - dz
    k = 1.0 / sqrt(hx * hx + hy * hy + hz * hz)
    hx, hy, hz = hx * k, hy * k, hz * k
    amb *= ao
    if kind == 2:
        # strands shine across their run
        tx, ty, tz = x - PART_X, y - PART_Y - 0.02, -0.03
        k = tx * nx + ty * ny + tz * nz
        tx, ty, tz = tx - k * nx, ty - k * ny, tz - k * nz
        k = 1.0 / sqrt(tx * tx + ty * ty + tz * tz + 1e-9)
        th = (tx * hx + ty * hy + tz * hz) * k + 0.06 * strands(x, y, z)
        shine = (max(1.0 - th * th, 0.0)) ** 14 * sun * max(ndl + 0.25, 0.0)
        dif = max(ndl * 0.75 + 0.25, 0.0) * sun
        lr, lg, lb = 1.75 * dif, 1.68 * dif, 1.55 * dif
        rim = 0.30 * (1.0 - ndv) ** 3 * ao * max(0.0, 0.3 + 0.7 * nx + 0.5 * ny)
        pr = cr * (lr + amb * (0.52 + 0.30 * up) + 0.40 * fill * ao) + 0.110 * shine + 0.16 * rim
        pg = cg * (lg + amb * (0.54 + 0.34 * up) + 0.36 * fill * ao) + 0.062 * shine + 0.10 * rim
        pb = cb * (lb + amb * (0.56 + 0.40 * up) + 0.32 * fill * ao) + 0.034 * shine + 0.06 * rim
    else:
        wr, wg, wb = 0.34 - 0.20 * soft, 0.22 - 0.10 * soft, 0.17 - 0.05 * soft     # light creeps under skin, red the furthest
        lr = max((ndl + wr) / (1.0 + wr), 0.0) * mix(sun, 1.0, 0.16 * (1.0 - soft))
        lg = max((ndl + wg) / (1.0 + wg), 0.0) * mix(sun, 1.0, 0.04 * (1.0 - soft))
        lb = max((ndl + wb) / (1.0 + wb), 0.0) * sun
        spec = gloss * max(nx * hx + ny * hy + nz * hz, 0.0) ** sharp * sun * (0.3 + 0.7 * ao)
        rim = 0.10 * (1.0 - ndv) ** 3 * ao * max(0.0, 0.25 + 0.75 * nx)
        a2 = amb * mix(ao, 1.0, 0.5)
        pr = cr * (1.30 * lr + amb * (0.42 + 0.22 * up) + 0.30 * fill * amb) + spec + rim
        pg = cg * (1.24 * lg + a2 * (0.42 + 0.26 * up) + 0.27 * fill * a2) + spec + 0.8 * rim
        pb = cb * (1.14 * lb + a2 * (0.43 + 0.30 * up) + 0.25 * fill * a2) + spec + 0.7 * rim
    if kind == 1:
        side = 1.0 if x > 0.0 else -1.0
        u, v = x - side * EYE_X + 0.0022, y - EYE_Y - 0.0028
        t = sigmoid((0.00165 - sqrt(u * u + v * v)) * 3200.0)
        pr, pg, pb = mix(pr, 1.9, t), mix(pg, 1.9, t), mix(pb, 1.9, t)
    return tone(pr), tone(pg), tone(pb)
