#!/usr/bin/env python3
"""What a cluster gives and takes: throughput of two workers beside one, the engine's cost beside the embedded engine, bytes, memory
and CPU time of NATS, what a commit takes, what a record takes in each node, and what further nodes take.

    Benchmarks/cluster.py PROGRAM [--runs N] [PART...]        PART: throughput, cost, commits, records, crowd

PROGRAM is adnerf, built with the trait NATS; nats-server and taskset have to be there, and two cores. Jobs are ten seconds of speech
for the shipped avatar in real time. Prints Markdown; the last column of a table of times says what share of the machine other
programs took meanwhile. Ratios are of medians of runs that take turns.
"""

import argparse
import json
import os
import pathlib
import socket
import statistics
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "EndToEnd"))

from nodes import Cluster, Node, cluster, submit  # noqa: E402
from service import Service, recording, until  # noqa: E402

JOBS, SECONDS, TICKS = 8, 10, os.sysconf("SC_CLK_TCK")
# A segment is a second of video, but for the first, which is shorter.
SHIPPED = ("--avatars", ROOT / "Examples" / "avatars", "--deepspeech", ROOT / "Models" / "speech.pb")


class DemoNode(Node):
    def prepare(self):
        # What comes last holds.
        self.options = (*self.options, *SHIPPED)


class DemoCluster(Cluster):
    kind = DemoNode


class DemoService(Service):
    def prepare(self):
        self.options = (*self.options, *SHIPPED)


def cpu(processes):
    """Seconds of CPU time of processes and the children that they have waited for."""
    ticks = 0
    for process in processes:
        fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def machine():
    """Seconds of CPU time that the machine has spent since it was started."""
    user, nice, system, _, _, interrupts, soft, *_ = map(int, open("/proc/stat").readline().split()[1:])
    return (user + nice + system + interrupts + soft) / TICKS


def resident(process):
    for line in open(f"/proc/{process.pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024


def wait(node, ids):
    """Until all are completed; held requests cost nearly nothing meanwhile."""
    for id in ids:
        while (job := node.get(f"/v1/videos/{id}?wait=20"))["status"] != "completed":
            if job["status"] in ("failed", "canceled"):
                raise RuntimeError(job["error"])


def work(node, sound, groups):
    """Seconds that a batch of jobs takes, CPU seconds of each group of processes, and others' share of the machine."""
    before = {name: cpu(found) for name, found in groups.items()}
    begin, busy, own = time.monotonic(), machine(), cpu(all_of(groups))
    ids = [submit([node], {"audio": f"@{sound}", "avatar": "demo"}) for _ in range(JOBS)]
    wait(node, ids)
    took = time.monotonic() - begin
    used = {name: cpu(found) - before[name] for name, found in groups.items()}
    others = (machine() - busy - (cpu(all_of(groups)) - own)) / took / os.cpu_count()
    return {"ids": ids, "wall": took, "others": max(0, others), **used}


def all_of(groups):
    return [process for found in groups.values() for process in found]


def streams(server):
    """Bytes of the engine's streams, messages that are there, and messages that ever were."""
    with urllib.request.urlopen(f"{server.monitor}/jsz?streams=true") as answer:
        found = json.load(answer)
    details = found["account_details"][0]["stream_detail"]
    return {entry["name"].split("-", 1)[-1]: 
            tuple(entry["state"][fact] for fact in ("bytes", "messages", "last_seq")) for entry in details}


def table(*rows):
    print("|" + "|".join(f" {cell} " for cell in rows[0]) + "|")
    print("|" + "|".join(" --- " if number == 0 else " ---: " for number in range(len(rows[0]))) + "|")
    for row in rows[1:]:
        print("|" + "|".join(f" {cell} " for cell in row) + "|")
    print(flush=True)


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def throughput(program, folder, count):
    """One worker of a core, and two."""
    sound = recording(folder, SECONDS)
    runs = {1: [], 2: []}
    with cluster(kind=DemoCluster, program=program, servers=1, lease=30) as nodes:
        api = nodes.api().start()
        nats = [server.process for server in nodes.nats]
        workers = [nodes.worker().wrap("taskset", "-c", str(core)) for core in (0, 1)]
        for number in range(2 * count):
            size = number % 2 + 1
            for worker in workers[:size]:
                worker.start()
            until(lambda: api.metric("adnerf_workers") == size, 30)
            # The first job of a process loads and maps.
            wait(api, [submit([api], {"audio": f"@{sound}", "avatar": "demo"}) for _ in range(size)])
            groups = {"workers": [worker.process for worker in workers[:size]], "api": [api.process], "nats": nats}
            runs[size].append(work(api, sound, groups))
            for worker in workers[:size]:
                worker.stop()
            until(lambda: api.metric("adnerf_workers") == 0, 30)
    print(f"## Throughput\n\n{JOBS} jobs of {SECONDS} s, {count} runs each in turn, medians.\n")
    segments = JOBS * SECONDS
    rows = [["workers of one core", "s", "segments/s", "CPU s of workers", "of the API node", "of NATS", "others"]]
    for size, found in runs.items():
        rows.append([
            size, f"{median(found, 'wall'):.2f}", f"{segments / median(found, 'wall'):.2f}",
            *(f"{median(found, name):.2f}" for name in ("workers", "api", "nats")),
            f"{median(found, 'others'):.0%}"])
    table(*rows)
    one, two = median(runs[1], "wall"), median(runs[2], "wall")
    print(f"Two workers do {one / two:.2f} times what one does. Runs: "
          f"{[round(run['wall'], 2) for run in runs[1]]} and {[round(run['wall'], 2) for run in runs[2]]} s.\n")


def cost(program, folder, count):
    """The same server with workers, with either engine."""
    sound = recording(folder, SECONDS)
    runs = {"embedded": [], "NATS": []}
    workers = ("--workers", "2", "--threads", "1")
    single = DemoService(program, folder, *workers).start()
    try:
        with cluster(kind=DemoCluster, program=program, servers=1, lease=30) as nodes:
            shared = nodes.node("serve", *workers).start()
            nats = [server.process for server in nodes.nats]
            engines = {
                "embedded": (single, {"program": [single.process], "nats": []}),
                "NATS": (shared, {"program": [shared.process], "nats": nats})}
            for node, _ in engines.values():
                wait(node, [submit([node], {"audio": f"@{sound}", "avatar": "demo"}) for _ in range(2)])
            before, idle = streams(nodes.nats[0]), resident(nats[0])
            for number in range(count):
                for name in list(engines)[::1 if number % 2 else -1]:
                    node, groups = engines[name]
                    runs[name].append(work(node, sound, groups))
            after, busy = streams(nodes.nats[0]), resident(nats[0])
            jobs = count * JOBS
            video = len(shared.open(f"/v1/videos/{runs['NATS'][0]['ids'][0]}/content").read())
            for run in runs["NATS"]:
                for id in run["ids"]:
                    shared.open(f"/v1/videos/{id}", method="DELETE").read()
            time.sleep(1)
            gone = streams(nodes.nats[0])
    finally:
        single.kill()
    print(f"## The engine's cost\n\nOne server with two workers of a thread, {JOBS} jobs of {SECONDS} s, {count} runs each in turn, "
          "medians.\n")
    rows = [["engine", "s", "CPU s of the program", "of NATS", "CPU ms a segment", "others"]]
    segments = JOBS * SECONDS
    for name, found in runs.items():
        total = median(found, "program") + median(found, "nats")
        rows.append([
            name, f"{median(found, 'wall'):.2f}", f"{median(found, 'program'):.2f}", f"{median(found, 'nats'):.2f}",
            f"{total / segments * 1000:.0f}", f"{median(found, 'others'):.0%}"])
    table(*rows)
    times = {name: median(found, "wall") for name, found in runs.items()}
    spent = {name: statistics.median(run["program"] + run["nats"] for run in found) for name, found in runs.items()}
    print(f"NATS takes {times['NATS'] / times['embedded'] - 1:+.1%} time, {spent['NATS'] / spent['embedded'] - 1:+.1%} CPU time. "
          f"Runs: {[round(run['wall'], 2) for run in runs['embedded']]} and {[round(run['wall'], 2) for run in runs['NATS']]} s.\n")
    print(f"## Bytes\n\nOf a job of {SECONDS} s, of which the video has {video:,}; on each of its replicas.\n")
    rows = [["stream", "bytes a job", "a second of audio", "messages a job", "written a job", "bytes left of a deleted job"]]
    for name, (bytes, messages, last) in after.items():
        grown, left = (bytes - before[name][0]) / jobs, (gone[name][0] - before[name][0]) / jobs
        rows.append([
            name, f"{grown:,.0f}", f"{grown / SECONDS:,.0f}", f"{(messages - before[name][1]) / jobs:.1f}",
            f"{(last - before[name][2]) / jobs:.1f}", f"{left:,.0f}"])
    table(*rows)
    print(f"NATS: {idle / 2**20:.0f} MiB resident before {jobs} jobs, {busy / 2**20:.0f} MiB after them.\n")


class JetStream:
    """As much of a client as it takes to store messages."""

    def __init__(self, server):
        self.connection = socket.create_connection(("127.0.0.1", int(server.address.rsplit(":", 1)[1])))
        self.connection.settimeout(5)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.connection.makefile("rb")
        self.file.readline()
        self.connection.sendall(b'CONNECT {"verbose": false, "lang": "python", "version": "0"}\r\nSUB answers 1\r\n')

    def publish(self, subject, data):
        self.connection.sendall(b"PUB %s answers %d\r\n%s\r\n" % (subject.encode(), len(data), data))

    def answer(self):
        for line in self.file:
            if line.startswith(b"MSG"):
                content = json.loads(self.file.read(int(line.split()[-1]) + 2))
                if "error" in content:
                    raise RuntimeError(content["error"])
                return content
            if line.startswith(b"PING"):
                self.connection.sendall(b"PONG\r\n")

    def request(self, subject, data):
        self.publish(subject, data)
        return self.answer()

    @staticmethod
    def with_stream(server, replicas):
        """A client, as soon as there is a leader who makes a stream for it."""
        configuration = {"name": "bench", "subjects": ["bench.>"], "num_replicas": replicas, "storage": "file"}
        end = time.monotonic() + 30
        while True:
            client = JetStream(server)
            try:
                client.request("$JS.API.STREAM.CREATE.bench", json.dumps(configuration).encode())
                return client
            except (RuntimeError, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)


def commits(program, folder, count):
    """What it takes to store a message: a record of 2 KB, segments of three sizes."""
    print("## A commit\n\nFrom publishing to the answer that it is stored, one after the other; and 32 at a time.\n")
    rows = [["message", "replicas", "p50 ms", "p99 ms", "a second, 32 at a time", "MB/s", "CPU ms of NATS each"]]
    for servers in (1, 3):
        with cluster(program=program, servers=servers) as nodes:
            client = JetStream.with_stream(nodes.nats[0], servers)
            processes = [server.process for server in nodes.nats]
            for size, name in ((2_000, "2 KB"), (32 << 10, "32 KiB"), (128 << 10, "128 KiB"), (512 << 10, "512 KiB")):
                data, times = bytes(size), []
                for number in range(200):
                    begin = time.monotonic()
                    client.request("bench.x", data)
                    times.append(time.monotonic() - begin)
                times.sort()
                number = 400 if size < 1 << 19 else 100
                begin, used = time.monotonic(), cpu(processes)
                for sent in range(number):
                    client.publish("bench.x", data)
                    if sent >= 32:
                        client.answer()
                for _ in range(32):
                    client.answer()
                rate = number / (time.monotonic() - begin)
                rows.append([
                    name, servers, f"{times[100] * 1000:.2f}", f"{times[198] * 1000:.2f}", f"{rate:,.0f}",
                    f"{rate * size / 1e6:.0f}", f"{(cpu(processes) - used) / number * 1000:.2f}"])
    table(*rows)


def records(program, folder, count):
    """What jobs take in nodes that do nothing with them."""
    number = 400
    sound = recording(folder, 0.2)
    options = ("--set", "max-jobs-per-key=100000", "--set", "max-jobs=100000")
    with cluster(program=program, servers=1) as nodes:
        taker, other = [nodes.api(*options).start() for _ in range(2)]
        submit([taker], {"audio": f"@{sound}", "avatar": "tiny"})
        time.sleep(3)
        processes = {"the node that takes them": taker.process, "another node": other.process, "NATS": nodes.nats[0].process}
        before = {name: resident(process) for name, process in processes.items()}
        stored = streams(nodes.nats[0])
        begin = time.monotonic()
        for _ in range(number):
            submit([taker], {"audio": f"@{sound}", "avatar": "tiny"})
        took = time.monotonic() - begin
        time.sleep(3)
        grown = {name: (resident(process) - before[name]) / number for name, process in processes.items()}
        now = streams(nodes.nats[0])
        idle = {name: cpu([process]) for name, process in processes.items()}
        time.sleep(10)
        idle = {name: (cpu([process]) - idle[name]) / 10 for name, process in processes.items()}
        begin = time.monotonic()
        third = nodes.api(*options).start()
        start = time.monotonic() - begin
        expected = third.get("/v1/videos?limit=100")["data"]
    print(f"## Records\n\n{number} jobs that wait, taken in {took:.0f} s one after the other (curl and all).\n")
    table(
        ["", "bytes a job", "CPU while they wait"],
        *([name, f"{found:,.0f}", f"{idle[name]:.1%} of a core"] for name, found in grown.items()))
    kept = {name: (now[name][0] - stored[name][0]) / number for name in now}
    print(f"Stored: {', '.join(f'{name} {found:,.0f} bytes a job' for name, found in kept.items())}. "
          f"A node that starts has {len(expected)} of them to show after {start:.1f} s.\n")


def crowd(program, folder, count):
    """What a segment takes when more and more workers want it."""
    sound = recording(folder, SECONDS)
    wish = {"audio": f"@{sound}", "avatar": "tiny", "size": 16}
    rows = [["servers", "workers", "s", "messages to NATS a segment", "from NATS", "kB from NATS", "CPU ms of NATS", "a worker idle"]]
    for servers, sizes in ((1, (1, 2, 4, 8, 16)), (3, (2, 8))):
        with cluster(program=program, servers=servers) as nodes:
            api, workers = nodes.api().start(), []

            def traffic():
                sums = [0, 0, 0, cpu([server.process for server in nodes.nats])]
                for server in nodes.nats:
                    with urllib.request.urlopen(f"{server.monitor}/varz") as answer:
                        found = json.load(answer)
                    for place, name in enumerate(("in_msgs", "out_msgs", "out_bytes")):
                        sums[place] += found[name]
                return sums

            for size in sizes:
                while len(workers) < size:
                    workers.append(nodes.worker().start())
                until(lambda: api.metric("adnerf_workers") == size, 30)
                wait(api, [submit([api], wish) for _ in range(size)])
                time.sleep(3)
                idle = cpu([worker.process for worker in workers])
                time.sleep(5)
                idle = (cpu([worker.process for worker in workers]) - idle) / 5 / size
                before, begin = traffic(), time.monotonic()
                wait(api, [submit([api], wish) for _ in range(JOBS)])
                took = time.monotonic() - begin
                sent, received, bytes, used = (now - then for now, then in zip(traffic(), before))
                # The first second's is cut in two.
                segments = JOBS * (SECONDS + 1)
                rows.append([
                    servers, size, f"{took:.1f}", f"{sent / segments:.1f}", f"{received / segments:.1f}",
                    f"{bytes / segments / 1000:.0f}", f"{used / segments * 1000:.1f}", f"{idle:.1%} of a core"])
    print(f"## A crowd\n\n{JOBS} jobs of {SECONDS} s of the smallest avatar, with more workers than cores: what they tell one another, "
          "and with several servers what those do.\n")
    table(*rows)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("program")
parser.add_argument("parts", nargs="*", default=["throughput", "cost", "commits", "records", "crowd"])
parser.add_argument("--runs", type=int, default=5)
arguments = parser.parse_intermixed_args()
for part in arguments.parts:
    with tempfile.TemporaryDirectory() as folder:
        globals()[part](arguments.program, folder, arguments.runs)
