#!/usr/bin/env python3
"""Makes the files beside it: clips, a narrow graph, and what the reference computes from them.

    pip install numpy scipy python_speech_features resampy
    python3 make_fixtures.py --shared ../../../../shared

`--shared` is the folder with `reference/speech_reference.py` and the recordings in `speech/`. Everything is deterministic.
Inputs are kept every sixth (clips) or sixteenth (recordings) row: neighbouring rows repeat each other.
"""
import argparse
import pathlib
import sys

import numpy as np
import resampy
from python_speech_features import mfcc
from scipy.io import wavfile
from scipy.signal import resample_poly

import make_graph

HERE = pathlib.Path(__file__).parent
LENGTHS = (1, 2, 399, 400, 401, 560, 561, 720, 721, 1600)
RATES = (8000, 22050, 44100, 48000)


def save(name, array):
    np.save(HERE / name, np.ascontiguousarray(array, "<f4"))


def clips(shared):
    """1.2 s at 16 kHz, and 0.6 s at 44.1 kHz in stereo, whose second channel must make no difference."""
    _, speech = wavfile.read(shared / "speech/speech-16k.wav")
    wavfile.write(HERE / "mono.wav", 16000, speech[20000:39200])
    left = np.clip(resample_poly(speech[40000:49600].astype(float), 441, 160), -32768, 32767).astype(np.int16)
    wavfile.write(HERE / "stereo.wav", 44100, np.stack([left, left[::-1]], 1))


def stages(reference, wav, graph):
    rate, samples = wavfile.read(wav)
    samples, seconds = reference.to_16k(samples, rate)
    inputs = reference.mfcc_inputs(samples)
    logits = reference.logits(inputs, graph)
    return inputs, logits, reference.windows(logits, seconds)


def main():
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--shared", type=pathlib.Path, required=True)
    args = top.parse_args()
    sys.path.insert(0, str(args.shared / "reference"))
    import speech_reference as reference

    clips(args.shared)
    make_graph.write(HERE / "narrow.pb", 20, 1)
    graph = make_graph.graph.read(HERE / "narrow.pb")
    for clip in ("mono", "stereo"):
        inputs, logits, windows = stages(reference, HERE / f"{clip}.wav", graph)
        save(f"{clip}.inputs.npy", inputs[::6])
        save(f"{clip}.logits.npy", logits)
        save(f"{clip}.features.npy", windows)

    # The recordings' stages, which lie in a compressed archive there.
    for name in ("speech-16k", "speech-44k-stereo"):
        recorded = np.load(args.shared / f"speech/{name}.stages.npz")
        save(f"{name}.inputs.npy", recorded["inputs"][::16])
        save(f"{name}.logits.npy", recorded["logits"])

    # Loud noise and a tone: every entry of the filter's table counts, and some results leave 16 bits.
    rng = np.random.default_rng(0)
    signal = np.clip(rng.normal(0, 15000, 1500) + 12000 * np.sin(np.arange(1500) / 5), -32768, 32767).astype(np.int16)
    save("resampler.input.npy", signal)
    for rate in RATES:
        resampled = resampy.resample(signal.astype(float), rate, 16000)
        save(f"resampler.{rate}.npy", resampled)
        save(f"resampler.{rate}.int16.npy", resampled.astype(np.int16))

    # What kaiser_best was in resampy 0.1 and 0.2.
    earlier = resampy.resample(signal.astype(float), 44100, 16000, filter="sinc_window", num_zeros=64, precision=9,
                               rolloff=0.9475937167399596, window=lambda n: np.kaiser(n, 14.769656459379492))
    save("resampler.2016.44100.npy", earlier)

    _, mono = wavfile.read(HERE / "mono.wav")
    parts = [mfcc(part, 16000, numcep=26)[::2] for part in [mono[4000:4000 + n] for n in LENGTHS] + [np.zeros(1000, np.int16)]]
    save("cepstra.npy", np.concatenate(parts))


if __name__ == "__main__":
    main()
