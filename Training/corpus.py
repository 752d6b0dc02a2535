"""Speech with known phonemes: single utterances to learn from, and whole performances to act to."""
import numpy as np

import phonemes as ph
from sentences import sentences
from voices import RATE, TRAINING, UNSEEN, synthesise

SPLITS = {"train": TRAINING, "test": UNSEEN}


def utterance(seed, split):
    """One sentence in one voice -> (samples, phonemes, voice's label). Neither is shared between the splits."""
    rng = np.random.default_rng([seed, split == "test"])
    voice = _pick(rng, split)
    text = next(sentences(int(rng.integers(1 << 30)), unseen=split == "test"))
    samples, spoken = synthesise(text, voice, *_manner(rng))
    return samples, spoken, voice.label


def performance(seconds, seed, split, voice=None):
    """A natural talk in one voice -> (samples, phonemes).

    samples: [16,000 * seconds] int16, phonemes: (name, start, end) over all of it. Sentences follow one another after
    0.3 to 1.5 s of silence over a faint noise floor; the last silence is longer where no further sentence fits.
    The voice is one of the split's, unless it is given.
    """
    rng = np.random.default_rng([seed, split == "test", 1])
    picked = _pick(rng, split)
    voice = voice or picked
    texts = sentences(int(rng.integers(1 << 30)), unseen=split == "test")
    speed, pitch = _manner(rng)
    total = int(round(seconds * RATE))
    samples, spoken = np.zeros(total), []
    at, misfits = int(rng.uniform(0.3, 0.8) * RATE), 0
    while misfits < 4:
        said, heard = synthesise(next(texts), voice, speed * rng.uniform(0.94, 1.06), pitch)
        said, heard = trimmed(said, heard)
        if at + len(said) > total - RATE // 4:
            misfits += 1
            continue
        samples[at:at + len(said)] = said
        spoken.append((ph.SILENCE, spoken[-1][2] if spoken else 0.0, at / RATE))
        spoken += [(name, start + at / RATE, end + at / RATE) for name, start, end in heard]
        at += len(said) + int(rng.uniform(0.3, 1.5) * RATE)
    samples *= 10 ** rng.uniform(-0.3, 0.0) * 20000 / max(1.0, np.abs(samples).max())
    samples += rng.normal(0, 10 ** rng.uniform(0.3, 1.3), total)
    spoken.append((ph.SILENCE, spoken[-1][2] if spoken else 0.0, seconds))
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16), ph.tidy(spoken, total / RATE)


def _pick(rng, split):
    """A voice. The few that are built from recordings come up five times as often as espeak-ng's many."""
    voices = SPLITS[split]
    weights = np.array([1.0 if voice.engine == "espeak" else 5.0 for voice in voices])
    return voices[int(rng.choice(len(voices), p=weights / weights.sum()))]


def _manner(rng):
    """A pace (1 is 160 words a minute) and a pitch from 0 to 100."""
    return float(rng.uniform(0.78, 1.32)), int(rng.integers(25, 76))


def trimmed(samples, spoken):
    """Without the synthesiser's own silence before the first and after the last phoneme."""
    inside = [(start, end) for name, start, end in spoken if name != ph.SILENCE]
    if not inside:
        return samples[:0], []
    first, last = inside[0][0], inside[-1][1]
    kept = [(name, start - first, end - first) for name, start, end in spoken if first <= start and end <= last + 1e-6]
    return samples[int(first * RATE):int(last * RATE)], kept
