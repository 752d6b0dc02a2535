"""Are a synthesiser's stated times true? Compares them with the sound."""
from itertools import islice

import numpy as np

import phonemes as ph
from sentences import sentences
from voices import PLOSIVES, RATE, synthesise

STEP = 0.005
LOUDNESS = {name: 0.3 for name in PLOSIVES} | {"silence": 0.0, "teeth": 0.6, "hush": 0.6, "labiodental": 0.5, "bilabial": 0.5, "tongue": 0.6, "back": 0.5}
"""How loud plosives and viseme classes are against a vowel, roughly, in the logarithm's middle range."""


def loudness(samples):
    """[n] int16 -> decibels above the noise floor every 5 ms, of windows of 20 ms about that moment."""
    hop = int(STEP * RATE)
    squares = np.concatenate([np.zeros(2 * hop), samples.astype(float) ** 2, np.zeros(2 * hop)])
    sums = np.concatenate([[0], np.cumsum(squares)])
    centres = np.arange(len(samples) // hop) * hop
    return 10 * np.log10(np.maximum(sums[centres + 4 * hop] - sums[centres], 1) / (4 * hop) + 30)


def lag(samples, spoken, most=0.06):
    """Seconds by which the sound comes after the stated times: where loudness fits the phonemes best."""
    heard = loudness(samples)
    times = np.arange(len(heard)) * STEP
    best = (-1.0, 0.0)
    for shift in np.arange(-most, most + STEP / 2, STEP):
        names = [spoken[place][0] for place in ph.indices(spoken, times - shift)]
        expected = np.array([LOUDNESS.get(name, LOUDNESS.get(ph.INVENTORY[name].group, 1.0)) for name in names])
        best = max(best, (float(np.corrcoef(heard, expected)[0, 1]), float(shift)))
    return best[::-1]


def report(voices, count=6):
    """Prints each voice's lag, and how sure it is."""
    for voice in voices:
        found = [lag(*synthesise(text, voice)) for text in islice(sentences(7), count)]
        print(f"{voice.label:32s} {1000 * np.median([shift for shift, _ in found]):6.1f} ms   correlation "
              f"{np.mean([fit for _, fit in found]):.3f}", flush=True)
