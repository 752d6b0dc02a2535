"""The camera and its rays, as AD-NeRF has them."""
import numpy as np

SIZE, FOCAL = 450, 1100.0


def rays(pose, pixels=None, size=SIZE):
    """Origins and un-normalised directions of pixels [n, 2] (x, y), or of a whole picture of any size."""
    if pixels is None:
        step = SIZE / size
        y, x = np.mgrid[0:size, 0:size].reshape(2, -1) * step
    else:
        x, y = np.asarray(pixels).T
    local = np.stack([(x - SIZE / 2) / FOCAL, -(y - SIZE / 2) / FOCAL, -np.ones(len(x))], -1)
    d = (local @ pose[:3, :3].T).astype(np.float32)
    return np.broadcast_to(pose[:3, 3], d.shape).astype(np.float32), d
