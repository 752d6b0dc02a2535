"""What rooms, microphones and volume knobs do to speech: [n] float samples at 16 kHz in, the same out."""
import numpy as np
from scipy.signal import fftconvolve

RATE = 16000


def coloured(rng, count):
    """Noise of unit power whose power falls with a random power of the frequency: white, pink, brown and between."""
    shape = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 30) ** (-rng.uniform(0, 2) / 2)
    noise = np.fft.irfft(np.fft.rfft(rng.normal(size=count)) * shape, count)
    return noise / noise.std()


def reverberant(rng, samples):
    """In a room: an echo that decays by 60 dB within 0.1 to 0.5 s, up to as loud as the voice itself."""
    seconds = rng.uniform(0.1, 0.5)
    count = int(seconds * RATE)
    tail = rng.normal(size=count) * np.exp(-6.9 * np.arange(count) / count)
    tail[:int(rng.uniform(0.002, 0.012) * RATE)] = 0
    tail *= rng.uniform(0.1, 0.9) / np.sqrt((tail ** 2).sum())
    tail[0] = 1
    return fftconvolve(samples, tail)[:len(samples)]


def filtered(rng, samples):
    """Through a microphone: tilted and waved by some decibels, and sometimes without lows or highs, as by telephone."""
    frequency = np.fft.rfftfreq(len(samples), 1 / RATE)
    octaves = np.log2(np.maximum(frequency, 40) / 1000)
    decibels = rng.normal(0, 2.5) * octaves + rng.normal(0, 2) * np.sin(rng.uniform(0.7, 2) * octaves + rng.uniform(0, 6.3))
    if rng.random() < 0.25:
        decibels -= 12 * np.maximum(0, np.log2(np.maximum(frequency, 1) / rng.uniform(3000, 7000))) * 3
    if rng.random() < 0.25:
        decibels -= 12 * np.maximum(0, np.log2(rng.uniform(80, 300) / np.maximum(frequency, 10)))
    return np.fft.irfft(np.fft.rfft(samples) * 10 ** (decibels / 20), len(samples))


def recorded(rng, samples):
    """Some of all that, noise and a volume -> int16."""
    samples = samples.astype(float)
    power = np.sqrt((samples ** 2).mean()) + 1e-9
    if rng.random() < 0.7:
        samples = filtered(rng, samples)
    if rng.random() < 0.35:
        samples = reverberant(rng, samples)
    chance = rng.random()
    if chance < 0.55:
        samples = samples + coloured(rng, len(samples)) * power * 10 ** (-rng.uniform(5, 45) / 20)
    volume = 32767 * 10 ** (-rng.uniform(0, 30) / 20) / (np.abs(samples).max() + 1e-9)
    samples = samples * volume
    if chance > 0.75:  # the floor of a recorder; the remaining fifth falls digitally silent
        samples = samples + rng.normal(0, rng.uniform(0.5, 12), len(samples))
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
