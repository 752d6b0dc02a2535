"""Free synthesisers as voices: a sentence in, speech and the time of every phoneme out.

espeak-ng is called as a library, for that tells when each phoneme begins; festival and flite are run as programs and
print it. All give 16 kHz mono. They come from Debian: espeak-ng, festival with festvox-kallpc16k and festvox-kdlpc16k,
festvox-us-slt-hts, and flite.
"""
import ctypes
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

import phonemes as ph

RATE = 16000


@dataclass(frozen=True)
class Voice:
    """A synthesiser's voice by the name that the synthesiser knows it by."""

    engine: str
    name: str

    @property
    def label(self):
        return f"{self.engine}:{self.name}"


def _voices(engine, names):
    return [Voice(engine, name) for name in names.split()]


TRAINING = (
    _voices("espeak", """en-us en-us+m1 en-us+m3 en-us+m5 en-us+m7 en-us+f1 en-us+f3 en-us+f4 en-us+steph en-us+adam
        en-us+max en-us+belinda en-us+Annie en-us+Andy en-us+michael en en+m2 en+m4 en+f2 en+f5 en+linda
        en+david en-gb-x-rp+f3 en-gb-x-rp+m6 en-gb-x-rp+Alicia en-gb-scotland en-gb-scotland+f1 en-gb-x-gbclan+m3
        en-gb-x-gbcwmd+f4 en-us-nyc+m1 en-us-nyc+f2 en-029+m4 en-us+klatt2 en+klatt4 en-us+zac en-us+shelby""")
    + _voices("festival", "kal_diphone cmu_us_slt_arctic_hts")
    + _voices("flite", "awb slt kal16")
)
UNSEEN = (
    _voices("espeak", "en-us+f2 en+m8 en-gb-x-gbclan+f5 en-gb-scotland+m6 en-us+edward en-us-nyc+Mike en+steph3")
    + _voices("festival", "ked_diphone")
    + _voices("flite", "rms")
)
"""Voices that no training ever hears."""

OFFSETS = {"festival:cmu_us_slt_arctic_hts": 0.015}
"""Seconds by which a voice's stated times lie before the sound, where that is over 10 ms: `python voices.py` measures it."""


def synthesise(text, voice, speed=1.0, pitch=50):
    """A sentence -> (samples, phonemes).

    samples: [n] int16 at 16 kHz. phonemes: (name, start, end) in seconds that cover all samples.
    speed: 1 is the voice's usual pace (160 words a minute). pitch: 0...100, 50 is the voice's own.
    """
    samples, spoken = {"espeak": _espeak, "festival": _festival, "flite": _flite}[voice.engine](
        text, voice.name, speed, pitch)
    shift = OFFSETS.get(voice.label, 0.0)
    return samples, ph.tidy([(name, start + shift, end + shift) for name, start, end in spoken], len(samples) / RATE)


# espeak-ng, as speak_lib.h declares it

class _Identifier(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("message", ctypes.c_uint), ("text_position", ctypes.c_int),
                ("length", ctypes.c_int), ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int),
                ("user_data", ctypes.c_void_p), ("id", _Identifier)]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
_SYNCHRONOUS, _PHONEME_EVENTS, _PHONEME, _UTF8 = 2, 1, 7, 1
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3


class _Espeak:
    """The library keeps one state for the process, so there is one of these."""

    shared = None

    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
        if self.rate <= 0:
            raise RuntimeError("espeak-ng does not start; install espeak-ng and espeak-ng-data")
        self.callback = _CALLBACK(self._receive)
        self.library.espeak_SetSynthCallback(self.callback)

    def _receive(self, wave, count, events):
        if wave and count:
            self.chunks.append(np.ctypeslib.as_array(wave, (count,)).copy())
        place = 0
        while events[place].type:
            if events[place].type == _PHONEME:
                self.events.append((events[place].id.string.decode(), events[place].sample))
            place += 1
        return 0

    def speak(self, text, voice, words_per_minute, pitch):
        self.chunks, self.events = [], []
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {voice}")
        self.library.espeak_SetParameter(_PARAMETER_RATE, int(words_per_minute), 0)
        self.library.espeak_SetParameter(_PARAMETER_PITCH, int(pitch), 0)
        data = text.encode()
        self.library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, _UTF8, None, None)
        return np.concatenate(self.chunks), self.events


def _espeak(text, name, speed, pitch):
    if _Espeak.shared is None:
        _Espeak.shared = _Espeak()
    engine = _Espeak.shared
    wave, events = engine.speak(text, name, 160 * speed, pitch)
    samples = to_16k(wave, engine.rate)
    spoken = []
    for place, (symbol, start) in enumerate(events):
        end = events[place + 1][1] if place + 1 < len(events) else len(wave)
        if symbol:
            spoken += ph.spread(ph.translate(symbol, ph.ESPEAK), start / engine.rate, end / engine.rate)
    return samples, _with_closures(samples, spoken)


PLOSIVES = ("p", "b", "t", "d", "k", "g", "ch", "jh")
CLOSURE = 0.06
"""Seconds of closed lips or tongue before a plosive that follows a pause; there is nothing to hear of them."""


def _with_closures(samples, spoken):
    """espeak-ng lets a plosive begin with its burst. Lips and tongue close before it: what is silent there is its own."""
    hop = RATE // 200
    loud = np.abs(samples[:len(samples) // hop * hop].astype(int).reshape(-1, hop)).max(1) > 0.02 * np.abs(samples).max()
    out = []
    for name, start, end in spoken:
        if name in PLOSIVES and out:
            before, low, _ = out[-1]
            if before == ph.SILENCE:
                begin = start - CLOSURE
            else:
                cell = int(start * 200)
                while cell > 0 and not loud[min(cell, len(loud)) - 1]:
                    cell -= 1
                begin = max(cell / 200, start - 0.1)
            start = min(start, max(begin, low + 0.01))
            out[-1] = (before, low, start)
        out.append((name, start, end))
    return out


# festival and flite

def _festival(text, name, speed, pitch):
    quoted = text.replace("\\", "").replace('"', "")
    mean = {"kal_diphone": 105, "ked_diphone": 110}.get(name)
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"(voice_{name})", f"(Parameter.set 'Duration_Stretch {1 / speed:.3f})"]
        if mean:
            lines.append(f"(set! int_lr_params '((target_f0_mean {mean * 2 ** ((pitch - 50) / 50):.1f}) "
                         "(target_f0_std 14) (model_f0_mean 170) (model_f0_std 34)))")
        lines += [f'(set! spoken (utt.synth (Utterance Text "{quoted}")))',
                  f"(utt.save.wave spoken \"{folder}/speech.wav\" 'riff)", f'(utt.save.segs spoken "{folder}/segments")']
        script = Path(folder, "speak.scm")
        script.write_text("\n".join(lines))
        subprocess.run(["festival", "-b", str(script)], check=True, capture_output=True)
        rate, wave = wavfile.read(f"{folder}/speech.wav")
        rows = Path(folder, "segments").read_text().splitlines()[1:]
    return to_16k(wave, rate), _ends([(row.split()[2], float(row.split()[0])) for row in rows if row.strip()], ph.RADIO)


def _flite(text, name, speed, pitch):
    with tempfile.TemporaryDirectory() as folder:
        stretch = ["--setf", f"duration_stretch={1 / speed:.3f}"]
        printed = subprocess.run(["flite", "-voice", name, "-psdur", *stretch, "-t", text, "-o", f"{folder}/speech.wav"],
                                 check=True, capture_output=True, text=True).stdout
        rate, wave = wavfile.read(f"{folder}/speech.wav")
    pairs = [item.split(":") for item in printed.split()]
    return to_16k(wave, rate), _ends([(symbol, float(end)) for symbol, end in pairs], ph.FLITE)


def _ends(pairs, table):
    """(symbol, end) -> (phoneme, start, end)."""
    spoken, start = [], 0.0
    for symbol, end in pairs:
        spoken += ph.spread(ph.translate(symbol, table), start, end)
        start = end
    return spoken


def to_16k(wave, rate):
    """[n] of any rate -> int16 at 16 kHz."""
    if rate != RATE:
        divisor = np.gcd(RATE, rate)
        wave = resample_poly(wave.astype(float), RATE // divisor, rate // divisor)
    return np.clip(np.rint(wave), -32768, 32767).astype(np.int16)


if __name__ == "__main__":
    import timing
    timing.report(TRAINING + UNSEEN)
