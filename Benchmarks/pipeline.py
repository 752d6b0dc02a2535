#!/usr/bin/env python3
"""From speech to video, as a client meets it: seconds to the first byte and to the last, and the job's own timings by stage.

    Benchmarks/pipeline.py PROGRAM AVATARS AVATAR GRAPH.pb SPEECH [RUNS]

Starts PROGRAM (adnerf) on loopback with the folder AVATARS, sends ten seconds of SPEECH (any file that ffmpeg reads, repeated as
needed) to AVATAR, and prints a Markdown table of medians. The first run, which loads and maps, is printed apart.
"""
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid


def form(fields, audio):
    boundary = uuid.uuid4().hex
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in fields.items()]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="audio"; filename="speech.wav"\r\n\r\n'.encode()
                 + audio + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def run(port, body, kind):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    start = time.monotonic()
    connection.request("POST", "/v1/videos", body, {"Content-Type": kind, "Accept": "video/mp4"})
    response = connection.getresponse()
    header = response.read(1)
    first = time.monotonic() - start
    # The header of the file comes first; pictures begin with the first `moof`.
    data = header
    pictures = None
    while piece := response.read1(65536):
        data += piece
        if pictures is None and b"moof" in data:
            pictures = time.monotonic() - start
    last = time.monotonic() - start
    if response.status != 200:
        sys.exit(f"{response.status}: {data[:300]}")
    connection.request("GET", "/v1/videos?limit=1")
    job = json.loads(connection.getresponse().read())["data"][0]
    return {"first byte": first, "first pictures": pictures, "last byte": last,
            **{f"stage: {stage}": seconds for stage, seconds in job["timings"].items()}}, job


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    program, avatars, avatar, graph, speech = sys.argv[1:6]
    runs = int(sys.argv[6]) if len(sys.argv) > 6 else 5
    with tempfile.TemporaryDirectory() as folder:
        wav = f"{folder}/speech.wav"
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", speech, "-t", "10", "-ac", "1", wav], check=True)
        with open(wav, "rb") as file:
            body, kind = form({"avatar": avatar}, file.read())
        server = subprocess.Popen(
            [program, "serve", "--avatars", avatars, "--data", f"{folder}/data", "--port", "0", "--deepspeech", graph],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = int(re.search(r":(\d+)\s*$", server.stdout.readline()).group(1))
            cold, job = run(port, body, kind)
            figures = [run(port, body, kind)[0] for _ in range(runs)]
        finally:
            server.terminate()
            server.wait()
    print(f"{job['frames']['total']} frames of {job['size']['width']} x {job['size']['height']}, quality {job['quality']}; "
          f"medians of {runs} runs after the first, seconds.\n")
    print("| | median | first run |\n| --- | ---: | ---: |")
    for name in figures[0]:
        values = [figure[name] for figure in figures if figure.get(name) is not None]
        if values:
            print(f"| {name} | {statistics.median(values):.3f} | {cold.get(name) or 0:.3f} |")


main()
