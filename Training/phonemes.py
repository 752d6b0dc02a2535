"""The phonemes of English as this project uses them: which letters they sound like, and what the mouth does for them.

A phoneme's name is an ARPAbet symbol in lower case; `pau` is silence. A performance is a list of `(phoneme, start, end)`
in seconds, without gaps or overlaps. Mouths are three numbers from 0 to 1: open, wide, round.
"""
from dataclasses import dataclass

import numpy as np

ALPHABET = " abcdefghijklmnopqrstuvwxyz'"
"""DeepSpeech 0.1.0's characters, in the order of its outputs; the blank follows them."""
BLANK = len(ALPHABET)
OUTPUTS = BLANK + 1
SILENCE = "pau"
FRAMES_PER_SECOND = 25
REST = (0.0, 0.3, 0.0)


@dataclass(frozen=True)
class Phoneme:
    """What a phoneme is written with and looks like. A diphthong has two parts of each, anything else one."""

    letters: tuple
    """For each part its letters as (letter, weight) pairs; `_` is the blank. The weights of a part sum to 1."""
    mouth: tuple
    """For each part (open, wide, round)."""
    jaw: float
    """How firmly it insists on its opening against its neighbours'; a vowel has 1."""
    lips: float
    """How firmly it insists on its width and rounding."""
    group: str
    """Its viseme class: phonemes of one class look alike."""


def _phoneme(group, letters, *mouth, jaw=1.0, lips=1.0):
    """`letters` such as `a8e2>y`: weights in tenths, parts parted by `>`; a letter alone weighs 1."""
    parts = []
    for part in letters.split(">"):
        parts.append(((part, 1.0),) if len(part) == 1
                     else tuple((part[i], int(part[i + 1]) / 10) for i in range(0, len(part), 2)))
    return Phoneme(tuple(parts), mouth, jaw, lips, group)


INVENTORY = {
    SILENCE: _phoneme("silence", " ", REST, jaw=0.8, lips=0.5),
    "aa": _phoneme("open", "a8o2", (0.95, 0.30, 0.10)),
    "ae": _phoneme("open", "a7e3", (0.80, 0.60, 0.00)),
    "ah": _phoneme("open", "u7a3", (0.60, 0.40, 0.05), lips=0.6),
    "ao": _phoneme("round", "o8a2", (0.75, 0.10, 0.60)),
    "aw": _phoneme("open", "a>u5w5", (0.90, 0.30, 0.10), (0.35, 0.05, 0.85)),
    "ax": _phoneme("mid", "_4e4a2", (0.35, 0.35, 0.10), jaw=0.7, lips=0.3),
    "ay": _phoneme("open", "a8i2>i6y4", (0.90, 0.35, 0.05), (0.40, 0.75, 0.00)),
    "eh": _phoneme("mid", "e", (0.60, 0.60, 0.00)),
    "er": _phoneme("rhotic", "e5r5", (0.40, 0.20, 0.40)),
    "ey": _phoneme("mid", "e7a3>y6i4", (0.55, 0.70, 0.00), (0.35, 0.85, 0.00)),
    "ih": _phoneme("spread", "i7e3", (0.40, 0.65, 0.00)),
    "iy": _phoneme("spread", "i5e5", (0.30, 1.00, 0.00)),
    "ow": _phoneme("round", "o>o4w6", (0.65, 0.10, 0.65), (0.30, 0.00, 0.95)),
    "oy": _phoneme("round", "o>y5i5", (0.70, 0.10, 0.70), (0.40, 0.75, 0.00)),
    "uh": _phoneme("round", "u5o5", (0.40, 0.15, 0.60)),
    "uw": _phoneme("round", "u8o2", (0.28, 0.00, 1.00)),
    "b": _phoneme("bilabial", "b", (0.00, 0.30, 0.05), jaw=2.0, lips=0.2),
    "m": _phoneme("bilabial", "m", (0.00, 0.30, 0.05), jaw=2.0, lips=0.2),
    "p": _phoneme("bilabial", "p", (0.00, 0.30, 0.05), jaw=2.0, lips=0.2),
    "f": _phoneme("labiodental", "f", (0.10, 0.40, 0.05), jaw=2.0, lips=0.6),
    "v": _phoneme("labiodental", "v", (0.10, 0.40, 0.05), jaw=2.0, lips=0.6),
    "w": _phoneme("labial", "w", (0.15, 0.00, 1.00), jaw=1.2, lips=1.5),
    "r": _phoneme("rhotic", "r", (0.25, 0.15, 0.50), jaw=0.7, lips=0.7),
    "y": _phoneme("spread", "y", (0.28, 0.80, 0.00), jaw=0.8, lips=0.6),
    "hh": _phoneme("mid", "h", (0.45, 0.40, 0.05), jaw=0.2, lips=0.1),
    "l": _phoneme("tongue", "l", (0.35, 0.40, 0.05), jaw=0.6, lips=0.3),
    "d": _phoneme("tongue", "d", (0.22, 0.45, 0.05), jaw=0.8, lips=0.2),
    "t": _phoneme("tongue", "t", (0.20, 0.45, 0.05), jaw=0.8, lips=0.2),
    "n": _phoneme("tongue", "n", (0.24, 0.45, 0.05), jaw=0.7, lips=0.2),
    "th": _phoneme("tongue", "t5h5", (0.22, 0.45, 0.00), jaw=1.0, lips=0.4),
    "dh": _phoneme("tongue", "t3h4d3", (0.22, 0.45, 0.00), jaw=0.8, lips=0.3),
    "s": _phoneme("teeth", "s", (0.14, 0.60, 0.00), jaw=1.2, lips=0.5),
    "z": _phoneme("teeth", "z", (0.14, 0.60, 0.00), jaw=1.2, lips=0.5),
    "sh": _phoneme("hush", "s5h5", (0.18, 0.10, 0.65), jaw=1.2, lips=1.0),
    "zh": _phoneme("hush", "z5h5", (0.18, 0.10, 0.65), jaw=1.2, lips=1.0),
    "ch": _phoneme("hush", "c7h3", (0.18, 0.10, 0.60), jaw=1.1, lips=0.9),
    "jh": _phoneme("hush", "j", (0.18, 0.10, 0.60), jaw=1.1, lips=0.9),
    "k": _phoneme("back", "k7c3", (0.32, 0.40, 0.05), jaw=0.5, lips=0.1),
    "g": _phoneme("back", "g", (0.32, 0.40, 0.05), jaw=0.5, lips=0.1),
    "ng": _phoneme("back", "n5g5", (0.32, 0.40, 0.05), jaw=0.5, lips=0.1),
}
BILABIALS = ("b", "m", "p")

# Festival's radio phones and flite's are ARPAbet with a few more.
RADIO = {name: name for name in INVENTORY} | {
    "axr": "er", "dx": "d", "el": "ax l", "em": "ax m", "en": "ax n", "hv": "hh", "nx": "n", "h#": SILENCE,
    "brth": SILENCE, "#": SILENCE, "ssil": SILENCE, "ix": "ih", "ux": "uw"}
FLITE = RADIO
# The phones of festival's British voices.
MRPA = {name: name for name in ("p t k b d g s z sh zh f v th dh ch jh m n ng l y r w".split())} | {
    "h": "hh", "uh": "ah", "e": "eh", "a": "ae", "o": "ao", "i": "ih", "u": "uh", "ii": "iy", "uu": "uw", "oo": "ao",
    "aa": "aa", "@@": "er", "ai": "ay", "ei": "ey", "oi": "oy", "au": "aw", "ou": "ow", "e@": "eh ax", "i@": "ih ax",
    "u@": "uh ax", "@": "ax", "#": SILENCE, "pau": SILENCE}
# espeak-ng's mnemonics of English in all its accents; digits and signs at their end mark variants of one sound.
ESPEAK = {
    "_": SILENCE, "@": "ax", "@L": "ax l", "3": "er", "3:": "er", "a": "ae", "aa": "ae", "a:": "aa", "A": "aa", "A:": "aa",
    "A@": "aa", "A~": "aa", "e": "eh", "e:": "ey", "E": "eh", "E:": "eh", "e@": "eh ax", "I": "ih", "i": "iy", "i:": "iy",
    "i@": "iy ax", "i@3": "iy er", "IR": "er", "VR": "er", "0": "aa", "O": "ao", "O:": "ao", "O@": "ao", "o": "ow",
    "o:": "ow", "o@": "ao", "V": "ah", "U": "uh", "u": "uw", "u:": "uw", "U@": "uh ax", "aI": "ay", "aI@": "ay ax",
    "aI3": "ay er", "eI": "ey", "OI": "oy", "oU": "ow", "aU": "aw", "aU@": "aw ax", "aU3": "aw er", "Oi": "oy",
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "g": "g", "f": "f", "v": "v", "T": "th", "D": "dh", "s": "s",
    "z": "z", "S": "sh", "Z": "zh", "h": "hh", "m": "m", "n": "n", "N": "ng", "l": "l", "L": "l", "r": "r", "R": "r",
    "w": "w", "W": "w", "hw": "w", "j": "y", "tS": "ch", "dZ": "jh", "?": "t", "x": "k", "C": "hh",
    ";": ""}


def translate(symbol, table):
    """A synthesiser's symbol -> our phonemes, most often one; none for a mere colour of the one before.

    Raises KeyError for a symbol that the table lacks, also after the marks of variants are taken off its end.
    """
    name = symbol
    while name not in table and len(name) > 1 and name[-1] in "0123456789#-^:;!~*.'|/[":
        name = name[:-1]
    if name not in table:
        raise KeyError(f"no phoneme is known for {symbol!r}")
    return table[name].split()


def spread(names, start, end):
    """The phonemes of one symbol over its time, the first with the larger part."""
    if len(names) < 2:
        return [(name, start, end) for name in names]
    middle = start + 0.6 * (end - start)
    return [(names[0], start, middle), (names[1], middle, end)]


def tidy(phonemes, seconds):
    """Without empty phonemes and gaps, neighbouring silences merged, ending at `seconds`."""
    out = []
    for name, start, end in phonemes:
        start, end = (out[-1][2] if out else 0.0), min(end, seconds)
        if end - start <= 1e-6:
            continue
        if out and out[-1][0] == name == SILENCE:
            out[-1] = (name, out[-1][1], end)
        else:
            out.append((name, start, end))
    if out and out[-1][2] < seconds:
        last, start, end = out[-1]
        out[-1:] = [(last, start, seconds)] if last == SILENCE else [out[-1], (SILENCE, end, seconds)]
    return out or [(SILENCE, 0.0, seconds)]


def pauses(phonemes, shortest=0.0):
    """The silences of at least `shortest` seconds, as (start, end)."""
    return [(start, end) for name, start, end in phonemes if name == SILENCE and end - start >= shortest]


def indices(phonemes, times):
    """For each time (seconds, ascending) the phoneme's place in the list; the ends belong to the first and the last."""
    starts = np.array([start for _, start, _ in phonemes])
    return np.clip(np.searchsorted(starts, times, "right") - 1, 0, len(phonemes) - 1)


def letter_weights(phonemes, times):
    """[n] seconds -> [n, 29] float32: what each moment is written with, rows sum to 1.

    Phonemes blend into one another over 20 ms, for that is how sharply their borders are known.
    """
    total = np.zeros((len(times), OUTPUTS), np.float32)
    for offset in (-0.01, 0.0, 0.01):
        moments = np.asarray(times) + offset
        for row, place in enumerate(indices(phonemes, moments)):
            name, start, end = phonemes[place]
            parts = INVENTORY[name].letters
            along = (moments[row] - start) / (end - start)
            for letter, weight in parts[min(len(parts) - 1, max(0, int(along * len(parts))))]:
                total[row, BLANK if letter == "_" else ALPHABET.index(letter)] += weight
    return total / 3


def mouth_track(phonemes, frames):
    """What the mouth does: [frames, 3] float32 of open, wide and round; frame k at k / 25 s."""
    return mouth_at(phonemes, np.arange(frames) / FRAMES_PER_SECOND)


LONG_PAUSE = 0.12
"""Seconds of silence from which on the mouth closes; in a shorter gap it only slackens."""
CLOSING, OPENING = 0.15, 0.08
"""Seconds in which the mouth closes as a silence begins, and opens before it ends."""
RELEASE = 0.12
"""Seconds from closed lips to an open vowel: no jaw is faster."""
HELD = 0.024
"""Half of the shortest closure in seconds, so that a frame of 1/25 s always falls into it."""


def mouth_at(phonemes, times):
    """[n] seconds -> [n, 3] float32.

    Each phoneme pulls with a dominance that falls off exponentially outside of it (after Cohen and Massaro, 1993); the
    mouth is where the pulls balance. Lips that must meet (m, b, p), teeth on the lip (f, v) and silence are then upper
    bounds of the opening, for an average would never quite close.
    """
    times = np.asarray(times, float)
    pulls = np.zeros((len(times), 3))
    sums = np.full((len(times), 3), 1e-9)
    bound = np.ones(len(times))
    for name, start, end in phonemes:
        kind = INVENTORY[name]
        near = np.flatnonzero((times > start - 0.5) & (times < end + 0.5))
        if len(near) == 0:
            continue
        t = times[near]
        parts = len(kind.mouth)
        for part, target in enumerate(kind.mouth):
            # A part pulls most in its middle half; at the borders neighbours weigh the same.
            low = start + (end - start) * (part + 0.25) / parts
            high = start + (end - start) * (part + 0.75) / parts
            away = np.maximum(np.maximum(low - t, t - high), 0)
            jaw = kind.jaw * np.exp(-away / 0.035)
            lips = kind.lips * np.exp(-away / 0.06)
            for channel, weight in enumerate((jaw, lips, lips)):
                pulls[near, channel] += weight * target[channel]
                sums[near, channel] += weight
        if name in BILABIALS:
            bound[near] = np.minimum(bound[near], _shut(t, start, end, 0.0))
        elif kind.group == "labiodental":
            bound[near] = np.minimum(bound[near], _shut(t, start, end, 0.12))
        elif name == SILENCE and end - start >= LONG_PAUSE:
            inside = (t >= start) & (t <= end)
            closing = _smooth((start + CLOSING - t) / CLOSING)
            opening = _smooth((t - (end - OPENING)) / OPENING)
            bound[near] = np.minimum(bound[near], np.where(inside, np.maximum(closing, opening), 1))
    mouth = pulls / sums
    mouth[:, 0] = np.minimum(mouth[:, 0], bound)
    # Before the first word and after the last nothing is said.
    if phonemes:
        outside = (times < phonemes[0][1]) | (times > phonemes[-1][2])
        mouth[outside] = REST
    return mouth.astype(np.float32)


def _shut(t, start, end, least):
    """An upper bound of the opening that is `least` about a phoneme's centre and lets go towards its neighbours."""
    # Well before the end, where a plosive is let go.
    centre, half = start + 0.45 * (end - start), max(HELD, 0.35 * (end - start))
    return least + (1 - least) * _smooth((np.abs(t - centre) - half) / RELEASE)


def _smooth(x):
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)
