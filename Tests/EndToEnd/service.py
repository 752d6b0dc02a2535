"""A real `adnerf serve` on loopback, for the scripts beside this one. Python standard library only."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "Tests" / "Fixtures"
RECORDING = FIXTURES / "speech" / "mono.wav"


class Service:
    """One server after another on the same data folder."""

    command = "serve"
    # What the program is started through.
    prefix = ()

    def __init__(self, program, folder, *options, environment=None):
        self.program, self.folder, self.options = program, pathlib.Path(folder), options
        self.environment = environment
        self.prepare()
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.process = None

    def prepare(self):
        """An avatar that is so small that even its exact frames are made at once, and a speech model as small."""
        self.avatars = self.folder / "avatars"
        shutil.copytree(FIXTURES / "avatars" / "tiny", self.avatars / "tiny", ignore=shutil.ignore_patterns(".adnerf"))
        self.options = (
            "--avatars", self.avatars, "--deepspeech", FIXTURES / "speech" / "narrow.pb", "--bake", "off", *self.options)

    def start(self):
        self.process = subprocess.Popen(
            [*self.prefix, self.program, self.command, "--data", self.data, "--port", "0", *self.options], env=self.environment,
            stdout=subprocess.PIPE, stderr=open(self.log, "ab"))
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on "):
            raise Failure(f"the server did not start: {line!r} {self.log.read_text()[-2000:]}")
        self.base = line.split()[-1]
        self.port = int(self.base.rsplit(":", 1)[1])
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, patience=60):
        """Ends it as an operator would; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience)

    def open(self, path, data=None, method=None, **fields):
        request = urllib.request.Request(self.base + path, data, {k.replace("_", "-"): v for k, v in fields.items()})
        if method:
            request.method = method
        return urllib.request.urlopen(request, timeout=120)

    def get(self, path):
        with self.open(path) as answer:
            return json.load(answer)

    def submit(self, recording, accept="application/json", **fields):
        """The answer to a form with a recording."""
        command = ["curl", "-sS", "-H", f"Accept: {accept}", "-F", f"audio=@{recording}"]
        for name, value in fields.items():
            command += ["-F", f"{name}={value}"]
        return subprocess.run([*command, self.base + "/v1/videos"], check=True, capture_output=True).stdout

    def make(self, recording, **fields):
        return json.loads(self.submit(recording, **fields))

    def wait(self, ids, patience=240):
        """The jobs when all have ended."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            jobs = [self.get(f"/v1/videos/{id}") for id in ids]
            if all(job["status"] in ("completed", "failed", "canceled") for job in jobs):
                return jobs
            time.sleep(0.2)
        raise Failure(f"jobs go on and on: {[(job['status'], job['frames']) for job in jobs]}")

    def unfinished(self):
        return [job for job in self.get("/v1/videos?limit=100")["data"] if job["status"] in ("queued", "in_progress")]

    def descriptors(self):
        """What the server has open, but for its database: that opens connections as they are needed, a few, and keeps them."""
        names = []
        for number in os.listdir(f"/proc/{self.process.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                names.append(os.readlink(f"/proc/{self.process.pid}/fd/{number}"))
        return sorted(name for name in names if not name.startswith(f"{self.data}/jobs.sqlite"))

    def memory(self, name="VmRSS"):
        """In bytes."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise Failure(f"no {name}")

    def temporaries(self):
        """Files of uploads and of work that nobody is at."""
        kept = ("jobs/", "avatars/")
        names = [str(path.relative_to(self.data)) for path in self.data.rglob("*") if path.is_file()]
        return [name for name in names if not name.startswith(kept) and "/" in name]


class ShippedService(Service):
    """A server of what comes with the program: the demo avatar and the speech model."""

    def prepare(self):
        pass


class Failure(Exception):
    pass


@contextlib.contextmanager
def service(*options, kind=Service, environment=None):
    folder = tempfile.mkdtemp(prefix="adnerf-")
    server = kind(sys.argv[1], folder, *options, environment=environment).start()
    try:
        yield server
    except BaseException:
        print(server.log.read_text()[-4000:], file=sys.stderr)
        raise
    finally:
        if server.process.poll() is None:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def recording(folder, seconds):
    """Speech of a length: the fixture, over and over."""
    path = pathlib.Path(folder) / f"speech-{seconds:.2f}.wav"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-stream_loop", "-1", "-i", RECORDING, "-t", f"{seconds}", path], check=True)
    return path


def probe(path):
    """The counted frames of the video, and the file's streams."""
    text = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json", path],
        check=True, capture_output=True).stdout
    facts = json.loads(text)
    frames = [int(stream["nb_read_frames"]) for stream in facts["streams"] if stream["codec_type"] == "video"]
    return frames[0], facts


def expect(condition, sentence):
    if not condition:
        raise Failure(sentence)
    print(f"ok    {sentence}", flush=True)


def until(condition, patience=20):
    """Whether a condition comes true in time."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()
