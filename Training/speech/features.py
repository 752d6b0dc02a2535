"""Speech features as AD-NeRF's data preparation makes them, in NumPy: samples in, windows of logits out.

The chain: 26 mel cepstra (python_speech_features' defaults), every second step, nine steps of context on either side,
normalised over the whole utterance; DeepSpeech 0.1.0; 50 steps a second in windows of sixteen, 25 windows a second.
"""
import sys
from functools import cache
from pathlib import Path

import numpy as np
from scipy.fft import dct
from scipy.io import wavfile

from speech import graph

RATE, CEPSTRA, CONTEXT, STEPS_PER_SECOND, WINDOW, STRIDE = 16000, 26, 9, 50, 16, 2
FRAME, HOP, TRANSFORM = 400, 160, 512
MODEL = Path(__file__).parent.parent.parent / "Models" / "speech.pb"
STEP_CENTRE = FRAME / 2 / RATE
"""Seconds from a step's start to the middle of what it hears."""


@cache
def _filters():
    """Triangles on the mel scale: [26, 257]."""
    mel = np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), CEPSTRA + 2)
    edges = np.floor((TRANSFORM + 1) * 700 * (10 ** (mel / 2595) - 1) / RATE)
    bins = np.arange(TRANSFORM // 2 + 1)
    rows = []
    for low, middle, high in zip(edges, edges[1:], edges[2:]):
        rows.append(np.where((bins >= low) & (bins < middle), (bins - low) / max(middle - low, 1),
                             np.where((bins >= middle) & (bins < high), (high - bins) / max(high - middle, 1), 0)))
    return np.stack(rows)


def cepstra(samples):
    """[n] int16 -> [T, 26] float64, one row per 20 ms; the first cepstrum is the energy's logarithm."""
    signal = samples.astype(float)
    signal = np.append(signal[0], signal[1:] - 0.97 * signal[:-1])
    count = 1 + max(0, -(-(len(signal) - FRAME) // HOP))
    signal = np.pad(signal, (0, (count - 1) * HOP + FRAME - len(signal)))
    frames = np.lib.stride_tricks.sliding_window_view(signal, FRAME)[::HOP][::2]
    power = np.abs(np.fft.rfft(frames, TRANSFORM)) ** 2 / TRANSFORM
    tiny = np.finfo(float).eps
    energy, bands = power.sum(1), power @ _filters().T
    out = dct(np.log(np.where(bands == 0, tiny, bands)), type=2, axis=1, norm="ortho")
    out *= 1 + 11 * np.sin(np.pi * np.arange(CEPSTRA) / 22)
    out[:, 0] = np.log(np.where(energy == 0, tiny, energy))
    return out


def inputs(samples):
    """[n] int16 at 16 kHz -> [T, 494] float64."""
    padded = np.pad(cepstra(samples), ((CONTEXT, CONTEXT), (0, 0)))
    rows = np.lib.stride_tricks.sliding_window_view(padded, (2 * CONTEXT + 1, CEPSTRA)).reshape(-1, 494)
    spread = rows.std()
    return (rows - rows.mean()) / (spread if spread > 0 else 1)


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _lstm(x, kernel, bias):
    """[T, n] -> [T, cells]; gates in the order i, j, f, o, and 1 is added to f."""
    cells = len(bias) // 4
    driven = x @ kernel[:-cells] + bias
    recurrent = kernel[-cells:]
    h = c = np.zeros(cells, np.float32)
    out = np.empty((len(x), cells), np.float32)
    for step, row in enumerate(driven):
        i, j, f, o = np.split(row + h @ recurrent, 4)
        c = c * _sigmoid(f + 1) + _sigmoid(i) * np.tanh(j)
        out[step] = h = np.tanh(c) * _sigmoid(o)
    return out


def logits(rows, weights):
    """[T, 494] -> [T, 29]; weights as `graph.read` gives them."""
    x = rows.astype(np.float32)
    for layer in "123":
        x = np.clip(x @ weights["h" + layer] + weights["b" + layer], 0, 20)
    cell = "bidirectional_rnn/%s/basic_lstm_cell/%s"
    forward = _lstm(x, weights[cell % ("fw", "kernel")], weights[cell % ("fw", "bias")])
    backward = _lstm(x[::-1], weights[cell % ("bw", "kernel")], weights[cell % ("bw", "bias")])[::-1]
    x = np.clip(np.concatenate([forward, backward], 1) @ weights["h5"] + weights["b5"], 0, 20)
    return x @ weights["h6"] + weights["b6"]


def framed(logit, seconds):
    """[T, 29] -> [F, 16, 29]; F = ceil((round(50 * seconds) - 1) / 2), frame k is about k / 25 s."""
    count = int(round(seconds * STEPS_PER_SECOND))
    have = np.arange(len(logit)) / STEPS_PER_SECOND
    steps = np.stack([np.interp(np.arange(count) / STEPS_PER_SECOND, have, column) for column in logit.T], 1)[:count - 1]
    padded = np.pad(steps, ((WINDOW // 2, WINDOW // 2), (0, 0)))
    return np.stack([padded[at:at + WINDOW] for at in range(0, len(padded) - WINDOW, STRIDE)]).astype(np.float32)


@cache
def model(path=MODEL):
    return graph.read(path)


def windows(samples, path=MODEL):
    """[n] int16 at 16 kHz -> [F, 16, 29] float32 through the shipped graph."""
    return framed(logits(inputs(samples), model(path)), len(samples) / RATE)


if __name__ == "__main__":  # SPEECH.wav (16 kHz, mono, 16 bits) OUT.npy, to hold against `adnerf features`
    np.save(sys.argv[2], windows(wavfile.read(sys.argv[1])[1]))
