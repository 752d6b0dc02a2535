"""From speech to the head's state: the audio networks, learnt on performances of the corpus."""
import sys
import time
from pathlib import Path

import numpy as np
import torch

import codes
import networks

TRAINING = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TRAINING / "scene"), str(TRAINING)]
import motion  # noqa: E402


BILABIAL = ("b", "m", "p")
PRESS = 0.05
"""How much smaller than it is heard an opening is said: lips that fail to meet are seen, lips that part a hair less are not."""


def silence(seconds):
    """Features of nobody speaking."""
    from speech import features
    return np.asarray(features.windows(np.zeros(int(seconds * 16000), np.int16)), np.float32)


def listen(seconds, seed, split, voice=None):
    """A performance: samples, features [F, 16, 29], states [F, 4] and what is said."""
    import corpus
    import phonemes
    from speech import features
    sound, spoken = corpus.performance(seconds, seed, split, voice)
    windows = np.asarray(features.windows(sound), np.float32)
    mouth = np.asarray(phonemes.mouth_track(spoken, len(windows)), np.float32)
    silent = np.ones(len(windows), bool)
    for name, start, end in spoken:
        if name != phonemes.SILENCE:
            silent[int(start * 25 + 0.5):max(int(end * 25 + 0.5), int(start * 25 + 0.5) + 1)] = False
    return sound, windows, np.concatenate([mouth, motion.blinks(silent)[:, None]], 1), spoken


class Ears(torch.nn.Module):
    """Both audio networks, with the code's six meanings in the place of its 64 channels."""

    def __init__(self):
        super().__init__()
        self.audio, self.attention = networks.AudioNet(codes.STATE + codes.CONTEXT), networks.AudioAttNet()
        self.register_buffer("lift", codes.lift())

    def forward(self, windows):
        """[n, F, 16, 29] -> [n, F - 7, 6]: what is said at frames 4 .. F - 4."""
        n, f = windows.shape[:2]
        u = self.audio(windows.reshape(n * f, 16, 29)).view(n, f, -1)
        near = u.unfold(1, 8, 1).transpose(2, 3)                       # [n, F - 7, 8, 6]
        w = self.attention.weights((near.reshape(-1, 8, near.shape[-1]) @ self.lift.T))
        return (w.view(n, f - 7, 8, 1) * near).sum(2), near

    def networks(self):
        """As a checkpoint has them: the last layer writes all channels."""
        audio = networks.AudioNet()
        state = self.audio.state_dict()
        for k in ("encoder_fc1.2.weight", "encoder_fc1.2.bias"):
            state[k] = self.lift @ state[k]
        audio.load_state_dict(state)
        return audio, self.attention


def fit(tracks, steps, seed, chunk=48, batch=32, log=print):
    """`tracks`: pairs of features and states."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    ears = Ears()
    optimizer = torch.optim.AdamW(ears.parameters(), lr=2e-3, weight_decay=1e-3)
    edge = [(np.concatenate([np.zeros((4, 16, 29), np.float32), f, np.zeros((3, 16, 29), np.float32)]), m) for f, m in tracks]
    share = np.array([len(m) for _, m in edge], float)
    share /= share.sum()
    begun = time.time()
    for i in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (i + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * i / steps)))
        x, y = [], []
        for t in rng.choice(len(edge), batch, p=share):
            f, m = edge[t]
            at = rng.integers(len(m) - chunk + 1)
            w = f[at:at + chunk + 7] * rng.uniform(0.85, 1.15)
            x.append(w + rng.normal(0, rng.uniform(0, 0.5), w.shape).astype(np.float32))
            y.append(m[at:at + chunk])
        m = torch.tensor(np.stack(y))
        said, near = ears(torch.tensor(np.stack(x), dtype=torch.float32))
        error = (said[..., :codes.STATE] - codes.wanted(m)) ** 2
        weight = torch.ones_like(error)
        weight[..., 0] += 7.0 * (m[..., 0] < 0.06)                     # lips that must be shut
        weight[..., 3] += 3.0 * (m[..., 3] > 0.05)
        loss = (error * weight).mean() + 0.1 * (torch.relu(near[..., codes.STATE:].abs() - 1) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i % 500 == 0 or i == steps - 1:
            log(f"ears {i}/{steps} {time.time() - begun:.0f} s: " + " ".join(f"{v:.4f}" for v in error.mean((0, 1)).detach().sqrt()))
    return ears


@torch.no_grad()
def pressed(ears):
    """The same ears, with `PRESS`."""
    ears.audio.encoder_fc1[-1].bias[0] -= PRESS
    return ears


@torch.no_grad()
def hear(ears, features):
    """[F, 16, 29] -> states [F, 4]; beyond both ends there are zero features."""
    f = np.concatenate([np.zeros((4, 16, 29), np.float32), features, np.zeros((3, 16, 29), np.float32)])
    return codes.state(ears(torch.tensor(f)[None])[0][0].numpy())
