"""What the speech model is worth: on sentences and voices that training never heard, in noise, and on recordings of people.

Lips are read from the model's windows by probes that are trained here, on training's voices: a linear one, and one with
64 hidden units, about as much as AD-NeRF's own audio network has. Prints tables.
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from scipy.io import wavfile

import corpus
import phonemes as ph
from speech import augment
from speech.features import MODEL, RATE, STEP_CENTRE, STEPS_PER_SECOND, framed, inputs, logits, model
from timing import STEP, loudness
from voices import UNSEEN, to_16k

RECORDINGS = "/usr/share/sounds/alsa"
CLOSED = 0.1
"""Below this a mouth counts as closed; analytic targets are 0 there."""
FRAMES = ph.FRAMES_PER_SECOND


class Talk:
    """Speech, what is known about it, and what the model hears in it."""

    def __init__(self, samples, spoken):
        self.samples, self.spoken = samples, spoken
        self.logits = logits(inputs(samples), model(MODEL))
        self.windows = framed(self.logits, len(samples) / RATE).reshape(-1, 16 * ph.OUTPUTS) / 8
        self.mouth = ph.mouth_track(spoken, len(self.windows))


def clean(rng, samples):
    return samples


def noisy(rng, samples):
    """Coloured noise 12 dB below the speech."""
    power = np.sqrt((samples.astype(float) ** 2).mean())
    return _whole(samples + augment.coloured(rng, len(samples)) * power * 10 ** (-12 / 20))


def roomy(rng, samples):
    """In a room, 20 dB quieter."""
    return _whole(0.1 * augment.reverberant(rng, samples.astype(float)))


def _whole(samples):
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)


def linear_probe(talks):
    """Ridge regression -> a function from windows to openings."""
    x = np.concatenate([talk.windows for talk in talks]).astype(float)
    y = np.concatenate([talk.mouth[:, 0] for talk in talks])
    x = np.pad(x, ((0, 0), (0, 1)), constant_values=1)
    weights = np.linalg.solve(x.T @ x + 3 * np.eye(x.shape[1]), x.T @ y)
    return lambda windows: windows @ weights[:-1] + weights[-1]


def network_probe(talks):
    """64 hidden units, 30 epochs -> a function from windows to openings."""
    torch.manual_seed(0)
    x = torch.from_numpy(np.concatenate([talk.windows for talk in talks]))
    y = torch.from_numpy(np.concatenate([talk.mouth[:, 0] for talk in talks]))
    probe = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
    epochs, size = 30, 128
    optimiser = torch.optim.AdamW(probe.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, epochs * (len(x) // size))
    for _ in range(epochs):
        for chosen in torch.randperm(len(x))[:len(x) // size * size].reshape(-1, size):
            loss = ((probe(x[chosen])[:, 0] - y[chosen]) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return lambda windows: probe(torch.from_numpy(windows))[:, 0].detach().numpy()


def spelling(talk):
    """(share of steps with the right letter, with the right viseme class), pauses left out."""
    times = np.arange(len(talk.logits)) / STEPS_PER_SECOND + STEP_CENTRE
    wanted = ph.letter_weights(talk.spoken, times)
    names = [talk.spoken[place][0] for place in ph.indices(talk.spoken, times)]
    spoken = np.array([name != ph.SILENCE for name in names])
    right = talk.logits.argmax(1) == wanted.argmax(1)
    likely = talk.logits - np.logaddexp.reduce(talk.logits, axis=1, keepdims=True)
    # The class of the phoneme, or half of a diphthong, whose letters fit best.
    spellings, groups = [], []
    for kind in ph.INVENTORY.values():
        for part in kind.letters:
            row = np.zeros(ph.OUTPUTS)
            for letter, weight in part:
                row[ph.BLANK if letter == "_" else ph.ALPHABET.index(letter)] = weight
            spellings.append(row)
            groups.append(kind.group)
    spellings = np.array(spellings)
    surprise = (spellings * np.log(np.maximum(spellings, 1e-9))).sum(1) - likely @ spellings.T
    heard = np.array(groups)[surprise.argmin(1)]
    same = heard == np.array([ph.INVENTORY[name].group for name in names])
    return right[spoken].mean(), same[spoken].mean()


def lips(talk, opening):
    """(correlation, best lag in frames, bilabials that close, opening amid pauses of 0.7 s and more)."""
    fits = {}
    for lag in range(-4, 5):
        ahead, behind = max(0, lag), max(0, -lag)
        count = len(opening) - abs(lag)
        fits[lag] = np.corrcoef(opening[ahead:ahead + count], talk.mouth[behind:behind + count, 0])[0, 1]
    closed = []
    for name, start, end in talk.spoken:
        if name in ph.BILABIALS:
            frame = int(round((start + 0.45 * (end - start)) * FRAMES))
            closed.append(opening[max(0, frame - 1):frame + 2].min() < CLOSED)
    still = [opening[int((start + 0.3) * FRAMES):int((end - 0.2) * FRAMES)] for start, end in ph.pauses(talk.spoken, 0.7)]
    return fits[0], max(fits, key=fits.get), closed, np.concatenate(still) if still else np.zeros(0)


def unseen(probes, seconds):
    """A table of unseen voices and sentences."""
    print(f"{'voice':30s} {'condition':9s} letters visemes  linear network lag  closed  silence (mean, worst)")
    rng = np.random.default_rng(11)
    totals = {}
    for number, voice in enumerate(UNSEEN):
        samples, spoken = corpus.performance(seconds, 900 + number, "test", voice)
        for condition in (clean, noisy, roomy):
            talk = Talk(condition(rng, samples), spoken)
            straight = np.corrcoef(probes["linear"](talk.windows), talk.mouth[:, 0])[0, 1]
            fit, lag, closed, still = lips(talk, probes["network"](talk.windows))
            row = [*spelling(talk), straight, fit, lag, np.mean(closed), still.mean(), still.max()]
            totals.setdefault(condition.__name__, []).append(row)
            _line(voice.label, condition.__name__, row)
    for condition, rows in totals.items():
        _line("all", condition, [*np.mean([row[:-1] for row in rows], axis=0), max(row[-1] for row in rows)])


def _line(voice, condition, row):
    print(f"{voice:30s} {condition:9s} {row[0]:7.3f} {row[1]:7.3f} {row[2]:7.3f} {row[3]:7.3f} {row[4]:3.1f} "
          f"{100 * row[5]:6.1f}% {row[6]:8.3f} {row[7]:6.3f}", flush=True)


def silence(probe):
    """A second of silence amid speech."""
    samples, spoken = corpus.performance(8, 77, "test")
    _, end = ph.pauses(spoken)[0]
    cut = int((end - 0.15) * RATE)
    for name, floor in (("digital", 0), ("faint noise", 4), ("louder noise", 60)):
        gap = np.random.default_rng(1).normal(0, 1, RATE) * floor
        everywhere = np.random.default_rng(2).normal(0, 1, len(samples) + RATE) * floor
        longer = np.concatenate([samples[:cut], gap * 0, samples[cut:]]) + everywhere
        moved = [(kind, start if start < end - 0.01 else start + 1, stop if stop < end - 0.01 else stop + 1)
                 for kind, start, stop in spoken]
        talk = Talk(_whole(longer), ph.tidy(moved, len(longer) / RATE))
        opening = probe(talk.windows)[int((cut / RATE + 0.2) * FRAMES):int((cut / RATE + 0.9) * FRAMES)]
        print(f"a second of silence, {name:12s}  mean opening {opening.mean():.3f}, worst {opening.max():.3f}")


def people(probe, files):
    """Recordings whose phonemes nobody wrote down: mouths must open with the voice and close with silence."""
    print(f"{'recording':28s} open while loud, while silent, correlation with loudness; what is heard")
    for path in files:
        rate, wave = wavfile.read(path)
        if wave.ndim > 1:
            wave = wave[:, 0]
        samples = to_16k(wave, rate)
        talk = Talk(samples, [(ph.SILENCE, 0.0, len(samples) / RATE)])
        opening = probe(talk.windows)
        heard = loudness(samples)
        level = heard[np.minimum((np.arange(len(opening)) / FRAMES / STEP).astype(int), len(heard) - 1)]
        loud = level > level.max() - 20
        near = np.convolve(level > level.max() - 35, np.ones(11), "same") > 0
        still = f"{opening[~near].mean():.3f}" if (~near).any() else "  -  "
        outputs = talk.logits.argmax(1)
        letters = "".join((ph.ALPHABET + "_")[now] for before, now in zip([-1, *outputs], outputs) if now != before)
        print(f"{Path(path).name:28s} {opening[loud].mean():.3f}  {still}  {np.corrcoef(opening, level)[0, 1]:.3f}  {letters}",
              flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=40, help="of every unseen voice")
    parser.add_argument("recordings", nargs="*", help="WAV files of people; by default alsa-utils'")
    given = parser.parse_args()
    talks = [Talk(*corpus.performance(60, seed, "train")) for seed in range(12)]
    probes = {"linear": linear_probe(talks), "network": network_probe(talks)}
    values = np.concatenate([talk.logits for talk in talks])
    print("logits: " + ", ".join(f"{percent}% {np.percentile(values, percent):.1f}" for percent in (0, 1, 50, 99, 100)))
    unseen(probes, given.seconds)
    silence(probes["network"])
    files = given.recordings or sorted(path for path in Path(RECORDINGS).glob("*.wav") if path.name != "Noise.wav")
    people(probes["network"], files)


if __name__ == "__main__":
    main()
