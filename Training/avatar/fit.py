"""Regression of one field on the scene, and then on the scene's pictures; resumable."""
import time

import torch

import networks
import samples
from optimizer import Soap

STEP = 0.003                    # densities count by what they make opaque over three millimetres


def losses(net, b):
    """Density and colour where samples are, emptiness, and the rays' own pictures."""
    g, n = b.sigma.shape
    colour, density = net(torch.from_numpy(b.points), torch.from_numpy(b.condition), torch.from_numpy(b.directions))
    sigma = torch.from_numpy(b.sigma).view(-1)
    alpha = 1 - torch.exp(-sigma * STEP)
    ours = 1 - torch.exp(-torch.nn.functional.leaky_relu(density * networks.DENSITY * STEP, 0.02))
    weight = alpha[:, None]
    target = torch.from_numpy(b.colour).view(-1, 3)
    error = (colour - target) ** 2
    shape = ((ours - alpha) ** 2).mean()
    tint = (error * weight).sum() / (3 * weight.sum() + 1)
    void = (torch.relu(density + 0.10) * (sigma <= 0)).mean()
    # pictures: samples along a ray, front to back
    k = samples.RAY
    m = b.rays * k
    along = lambda x: x.view(g, n, *x.shape[1:])[:, :m].reshape(g * b.rays, k, *x.shape[1:])
    steps = torch.from_numpy(b.steps)
    def picture(s, c):
        a = 1 - torch.exp(-s * steps)
        left = torch.cumprod(torch.cat([torch.ones_like(a[:, :1]), 1 - a + 1e-6], 1), 1)
        return (a * left[:, :-1])[..., None] * c, left[:, -1]
    mine, rest = picture(torch.relu(along(density)) * networks.DENSITY, along(colour))
    true, left = picture(along(sigma), along(target))
    on = torch.from_numpy(b.hit > 0)
    photo = (((mine.sum(1) - true.sum(1)) ** 2).mean(1) + 0.5 * (rest - left) ** 2)[on].mean()
    return shape, tint, void, photo


# The coarse field's surfaces begin so far out that its 64 samples cannot miss them, and are so thin that what lies behind a strand of
# hair that a ray only passes is found as well.
WIDE = (0.0090, 0.0030, 100.0)


def widen(which, state, steps, seed, lr=1e-3, log=print, sizes=None):
    """A coarse field from a fine one's state: only its densities count, for they say where the fine one is asked."""
    sampler = samples.Sampler(which, seed + 1, ramp=WIDE, **(sizes or {}))
    net = networks.FaceField(6 if which == 0 else 3)
    net.load_state_dict(state)
    optimizer = Soap(net.parameters(), lr=lr)
    for i in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = lr * min(1.0, (i + 1) / 50) * (1 - i / steps)
        shape, _, void, _ = losses(net, sampler.batch(i))
        loss = 4 * shape + 0.1 * void
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        if i % 50 == 0 or i == steps - 1:
            log(f"{('head', 'torso')[which]}, coarse {i + 1}/{steps} density {shape:.5f} smoke {void:.6f}")
    return net


def fit(which, steps, photometric, seed, folder, lr=3e-3, threads=2, log=print, every=180, sizes=None):
    """Regression for so many steps, then mostly on pictures while the rate falls."""
    torch.manual_seed(seed + which)
    sampler = samples.Sampler(which, seed, **(sizes or {}))
    net = networks.FaceField(6 if which == 0 else 3)
    optimizer = Soap(net.parameters(), lr=lr)
    name = ("head", "torso")[which]
    kept = folder / f"{name}.pt"
    first = 0
    if kept.exists():
        s = torch.load(kept, weights_only=False)
        net.load_state_dict(s["net"]); optimizer.load_state_dict(s["optimizer"]); first = s["step"]
        log(f"{name}: goes on at step {first}")
    total = steps + photometric
    last = saved = time.time()
    mean = None
    for i in range(first, total):
        rate = lr * min(1.0, (i + 1) / 100) * (1.0 if i < steps else 0.01 ** ((i - steps) / photometric))
        for group in optimizer.param_groups:
            group["lr"] = rate
        shape, tint, void, photo = losses(net, sampler.batch(i))
        loss = 4 * shape + tint + 0.1 * void + 0.5 * photo if i < steps else shape + 0.4 * tint + 0.1 * void + 4 * photo
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        now = torch.stack([shape, tint, void, photo]).detach()
        mean = now if mean is None else mean.lerp(now, 0.03)
        if time.time() - last > 30 or i == total - 1:
            last = time.time()
            log(f"{name} {i + 1}/{total} density {mean[0]:.5f} colour {mean[1]:.5f} smoke {mean[2]:.6f} picture {mean[3]:.6f} ({-10 * torch.log10(mean[3]):.2f} dB)")
        if time.time() - saved > every or i == total - 1:
            saved = time.time()
            torch.save(dict(net=net.state_dict(), optimizer=optimizer.state_dict(), step=i + 1), kept.with_suffix(".new"))
            kept.with_suffix(".new").replace(kept)
    return net
