"""Trains the small speech model and writes Models/speech.pb. Seeded; goes on where it was stopped.

Every 20 ms has a target: the letters that its phoneme is written with (`phonemes.letter_weights`), soft and dense instead
of CTC's peaks, for lips must be read from windows of sixteen steps. A second loss asks just that: a small head reads the
mouth from such windows.
"""
import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

import corpus
import hashes
import phonemes as ph
from speech import augment, graph
from speech.features import MODEL, RATE, STEP_CENTRE, STEPS_PER_SECOND, inputs
from speech.network import Lips, Network

BUILD = Path(__file__).parent.parent / "build" / "speech"
UTTERANCES, SHARD = 1000, 50
GRID = 80
"""Samples between targets in the store: 5 ms."""
EDGE = 0.3
"""Seconds of silence kept around a stored utterance, in which its mouth opens and closes."""
STEPS = 150
"""Steps of one example: three seconds."""
BATCH, RATE_MAXIMUM, LIPS = 48, 3e-3, 25.0


def stored(count):
    """The training corpus, synthesised once: samples, letters and mouths of all utterances, one after the other."""
    parts = [_shard(first) for first in range(0, count, SHARD)]
    lengths = np.concatenate([part.pop("lengths") for part in parts])
    whole = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    return whole | {"bounds": np.concatenate([[0], np.cumsum(lengths)])}


def _shard(first):
    """Utterances from `first` on, kept in a file so that nothing is synthesised twice."""
    path = BUILD / f"corpus-{first}.npz"
    if not path.exists():
        samples, letters, mouths = zip(*[_prepared(seed) for seed in range(first, first + SHARD)])
        BUILD.mkdir(parents=True, exist_ok=True)
        np.savez(path, samples=np.concatenate(samples), letters=np.concatenate(letters), mouths=np.concatenate(mouths),
                 lengths=[len(part) for part in letters])
        print(f"{path.name} at {time.process_time():.0f} s", flush=True)
    return dict(np.load(path))


def _prepared(seed):
    samples, spoken, _ = corpus.utterance(seed, "train")
    samples, spoken = corpus.trimmed(samples, spoken)
    edge = int(EDGE * RATE)
    count = -(-(len(samples) + 2 * edge) // GRID)
    samples = np.pad(samples, (edge, count * GRID - edge - len(samples)))
    spoken = [(name, start + EDGE, end + EDGE) for name, start, end in spoken]
    spoken = ph.tidy([(ph.SILENCE, 0, EDGE)] + spoken, len(samples) / RATE)
    times = np.arange(count) * GRID / RATE
    return samples, np.rint(255 * ph.letter_weights(spoken, times)).astype(np.uint8), \
        ph.mouth_at(spoken, times).astype(np.float16)


def example(rng, store):
    """Three seconds of talk -> (inputs [150, 494], letters [150, 29], mouths [75, 3]); silences between utterances."""
    step = RATE // STEPS_PER_SECOND
    total = STEPS * step + 240
    cells = total // GRID + 2
    sound = np.zeros(cells * GRID)
    letters = np.zeros((cells, ph.OUTPUTS), np.float32)
    letters[:, 0] = 1
    mouths = np.tile(np.array(ph.REST, np.float32), (cells, 1))
    # Half of the examples begin amid an utterance, the others with a silence.
    at = -int(rng.uniform(0, 300)) if rng.random() < 0.5 else int(rng.exponential(60))
    loudness = rng.uniform(0.5, 1)
    while at < cells:
        number = int(rng.integers(len(store["bounds"]) - 1))
        low, high = store["bounds"][number:number + 2]
        # Played faster or slower, which moves pitch and formants as well: other voices for nothing.
        ratio = rng.uniform(0.84, 1.19)
        count = int((high - low) / ratio)
        source = np.minimum(low + (np.arange(count) * ratio).astype(int), high - 1)
        first, last = max(0, at), min(cells, at + count)
        if first < last:
            letters[first:last] = store["letters"][source[first - at:last - at]] / np.float32(255)
            mouths[first:last] = store["mouths"][source[first - at:last - at]]
            moments = low * GRID + np.arange((first - at) * GRID, (last - at) * GRID) * ratio
            part = store["samples"][low * GRID:high * GRID]
            said = np.interp(moments - low * GRID, np.arange(len(part)), part)
            sound[first * GRID:last * GRID] = loudness * said
        at += count + int(rng.exponential(50))
    rows = inputs(augment.recorded(rng, sound[:total]))[:STEPS]
    rows = rows * rng.uniform(0.93, 1.07) + rng.uniform(-0.07, 0.07)
    heard = np.rint((np.arange(STEPS) / STEPS_PER_SECOND + STEP_CENTRE) * RATE / GRID).astype(int)
    return rows.astype(np.float32), letters[heard], mouths[np.arange(STEPS // 2) * 2 * step // GRID]


def batch(step, store):
    rng = np.random.default_rng([step, 5])
    return [torch.from_numpy(np.stack(part)) for part in zip(*[example(rng, store) for _ in range(BATCH)])]


def losses(network, lips, rows, letters, mouths):
    """(letters' cross-entropy, mouths' squared error, how far the logits' level is off)."""
    logits = network(rows)
    spelling = -(letters * logits.log_softmax(-1)).sum(-1).mean()
    # Closed lips amid speech are few and matter most.
    weight = 1 + 6 * (mouths[..., 0] < 0.03) * (letters[:, ::2, 0] < 0.5)
    error = (lips(logits) - mouths) ** 2 * torch.tensor([2.0, 0.5, 0.5])
    return spelling, (error.mean(-1) * weight).mean(), (logits.mean(-1) ** 2).mean()


def train(steps, deadline):
    torch.manual_seed(0)
    store = stored(UTTERANCES)
    network, lips = Network(), Lips()
    every = [*network.parameters(), *lips.parameters()]
    optimiser = torch.optim.AdamW(every, lr=RATE_MAXIMUM, weight_decay=1e-3)
    path, first = BUILD / "state.pt", 0
    if path.exists():
        state = torch.load(path)
        first = state["step"]
        network.load_state_dict(state["network"])
        lips.load_state_dict(state["lips"])
        optimiser.load_state_dict(state["optimiser"])
    began = time.monotonic()
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(batch, first, store)
        for step in range(first, steps):
            now, coming = coming.result(), ahead.submit(batch, step + 1, store)
            progress = step / steps
            rate = RATE_MAXIMUM * min(1, (step + 1) / 40) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * progress)))
            for group in optimiser.param_groups:
                group["lr"] = float(rate)
            spelling, mouth, level = losses(network, lips, *now)
            optimiser.zero_grad()
            (spelling + LIPS * mouth + 1e-3 * level).backward()
            torch.nn.utils.clip_grad_norm_(every, 1.0)
            optimiser.step()
            if step % 20 == 0:
                print(f"{step:5d}  letters {spelling:.3f}  mouth {mouth:.4f}  {time.monotonic() - began:.0f} s", flush=True)
            if step % 50 == 49 or step == steps - 1:
                torch.save({"step": step + 1, "network": network.state_dict(), "lips": lips.state_dict(),
                            "optimiser": optimiser.state_dict()}, path)
                MODEL.parent.mkdir(exist_ok=True)
                graph.write(MODEL, network.weights())
            if deadline and time.monotonic() - began > deadline:
                return
    hashes.record(MODEL)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=0, help="stop after these; the next call goes on")
    given = parser.parse_args()
    train(given.steps, given.seconds)
