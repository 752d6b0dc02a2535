"""NATS servers, API nodes and workers on loopback, for the scripts beside this one. Python standard library only."""

import contextlib
import http.client
import http.server
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from service import FIXTURES, Failure, Service


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


class NATSServer:
    """One server of a cluster, on a port that it keeps when it is started again."""

    def __init__(self, folder, number, ports, routes, monitors, configuration=""):
        self.folder = pathlib.Path(folder) / f"nats-{number}"
        self.folder.mkdir()
        self.address = f"nats://127.0.0.1:{ports[number]}"
        self.monitor = f"http://127.0.0.1:{monitors[number]}"
        cluster = f"""
            cluster {{
              name: tests
              listen: "127.0.0.1:{routes[number]}"
              routes: [{", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)}]
            }}""" if len(ports) > 1 else ""
        self.configuration = self.folder / "nats.conf"
        self.configuration.write_text(f"""
            server_name: n{number}
            listen: "127.0.0.1:{ports[number]}"
            http: "127.0.0.1:{monitors[number]}"
            max_payload: 4MB
            jetstream {{ store_dir: "{self.folder}/store" {configuration} }}
            {cluster}
            """)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [shutil.which("nats-server") or "/usr/sbin/nats-server", "-c", self.configuration], stdout=subprocess.DEVNULL,
            stderr=open(self.folder / "log", "ab"))
        port = int(self.address.rsplit(":", 1)[1])
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return self
            time.sleep(0.02)
        raise Failure(f"nats-server did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def kill(self):
        self.process.kill()
        self.process.wait()


def add_avatar(folder, name="tiny"):
    """The smallest avatar with few samples a ray besides, so that its exact frames take milliseconds. Its name makes another one
    of it."""
    shutil.copytree(FIXTURES / "avatars" / "tiny", folder / name, ignore=shutil.ignore_patterns(".adnerf"))
    with open(folder / name / "TorsoNeRFTest_config.txt", "a") as configuration:
        configuration.write("N_samples = 8\nN_importance = 8\n")


OPTIONS = ("--deepspeech", FIXTURES / "speech" / "narrow.pb", "--bake", "off")


class Single(Service):
    """`adnerf serve` by itself, with the avatar that the cluster has."""

    def prepare(self):
        self.avatars = self.folder / "avatars"
        add_avatar(self.avatars)
        self.options = ("--avatars", self.avatars, *OPTIONS, *self.options)


class Node(Service):
    """`adnerf serve` or `adnerf worker` on a NATS cluster, with a folder of its own."""

    def __init__(self, command, program, folder, *options):
        self.command = command
        pathlib.Path(folder).mkdir()
        super().__init__(program, folder, *options)

    def prepare(self):
        self.options = (*OPTIONS, *self.options)

    def wrap(self, *command):
        """Starts it through another program, as `taskset -c 0`."""
        self.prefix = command
        return self

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def metric(self, name):
        """The sum of a metric's series."""
        with self.open("/metrics") as answer:
            lines = answer.read().decode().splitlines()
        found = [line for line in lines if line.split("{")[0].split(" ")[0] == name]
        return sum(float(line.rsplit(" ", 1)[1]) for line in found)


class Cluster:
    kind = Node

    def __init__(self, program, folder, servers=3, lease=4, options=(), nats=""):
        self.program, self.folder, self.nodes, self.count = program, pathlib.Path(folder), [], 0
        self.avatars = self.folder / "avatars"
        add_avatar(self.avatars)
        ports = free_ports(3 * servers)
        kinds = ports[:servers], ports[servers:-servers], ports[-servers:]
        self.nats = [NATSServer(folder, number, *kinds, nats) for number in range(servers)]
        self.addresses = ",".join(server.address for server in self.nats)
        self.options = (
            "--engine", self.addresses, "--set", f"engine-replicas={servers}", "--set", f"lease={lease}",
            "--set", "allow-private-webhooks=true", *options)

    def start(self):
        for server in self.nats:
            server.start()

    def node(self, command, *options, avatars=None):
        self.count += 1
        name = f"{command}-{self.count}"
        node = self.kind(
            command, self.program, self.folder / name, "--avatars", avatars or self.avatars, "--set", f"node={name}",
            *self.options, *options)
        self.nodes.append(node)
        return node

    def api(self, *options, **others):
        return self.node("serve", "--workers", "0", *options, **others)

    def worker(self, *options, **others):
        return self.node("worker", "--workers", "1", "--threads", "1", *options, **others)

    def kill(self):
        for process in [found.process for found in self.nodes + self.nats]:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


@contextlib.contextmanager
def cluster(kind=Cluster, program=None, **options):
    folder = tempfile.mkdtemp(prefix="adnerf-")
    found = kind(program or sys.argv[1], folder, **options)
    try:
        found.start()
        yield found
    except BaseException:
        for node in found.nodes:
            log = node.log.read_text() if node.log.exists() else ""
            lines = [line for line in log.splitlines() if " info request " not in line]
            print(f"--- {node.folder.name}", *lines[-25:], sep="\n", file=sys.stderr)
        raise
    finally:
        found.kill()
        shutil.rmtree(folder, ignore_errors=True)


class Watch:
    """Asks a node for the same again and again, and remembers what it said and when."""

    def __init__(self, node, path):
        self.node, self.path, self.seen, self.stopped = node, path, [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopped.wait(0.1):
            begin = time.monotonic()
            try:
                with urllib.request.urlopen(self.node.base + self.path, timeout=60) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
            except OSError:
                # Nobody is there, which is no answer.
                status = None
            self.seen.append((begin, time.monotonic(), status))

    def longest_trouble(self):
        """Seconds from the first of answers 5xx in a row to the end of the next that is none, at worst."""
        return self._longest(lambda status: status >= 500)

    def longest_wait(self):
        """The same, with those that were long in coming: from when somebody asked to when he knew, however often he had to."""
        return max(
            [self.longest_trouble(), *(end - begin for begin, end, status in self.seen if status is not None)], default=0)

    def statuses(self):
        return sorted({status for _, _, status in self.seen if status is not None})

    def _longest(self, is_trouble):
        longest, since = 0.0, None
        for begin, end, status in self.seen:
            if since is not None and status is not None:
                longest = max(longest, end - since)
            if status is None or not is_trouble(status):
                since = None
            elif since is None:
                since = begin
                longest = max(longest, end - since)
        return longest

    def stop(self):
        self.stopped.set()
        self.thread.join(90)
        return self


def submit(nodes, fields, key=None, authorization=None):
    """The job of a request, sent to one node after the other until one takes it: with its key it is one request, however often it
    is sent. Nothing but 503 may come of it meanwhile."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        for node in nodes:
            command = ["curl", "-sS", "--max-time", "60", "-w", "\n%{http_code}"]
            if key:
                command += ["-H", f"Idempotency-Key: {key}"]
            if authorization:
                command += ["-H", f"Authorization: Bearer {authorization}"]
            for name, value in fields.items():
                command += ["-F", f"{name}={value}"]
            answer = subprocess.run([*command, node.base + "/v1/videos"], capture_output=True, text=True)
            text, _, status = answer.stdout.rpartition("\n")
            if answer.returncode == 0 and status in ("200", "202"):
                return json.loads(text)["id"]
            if answer.returncode == 0 and status != "503":
                raise Failure(f"{status} {text}")
        time.sleep(0.5)
    raise Failure("nobody takes a job")


def ask(nodes, path):
    """What the first node that can answers; nothing but 503 may come meanwhile."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        for node in nodes:
            try:
                with urllib.request.urlopen(node.base + path, timeout=60) as answer:
                    return answer.read()
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise Failure(f"{path}: {error.code} {error.read().decode()}")
            except (OSError, http.client.HTTPException):
                pass
        time.sleep(0.3)
    raise Failure(f"nobody answers for {path}")


class Tap:
    """Notes when messages of a subject are published: what a stream stores is a message as any other, and comes here a little
    earlier than its publisher is told that it is stored."""

    def __init__(self, server, subject):
        self.times = {}
        self.connection = socket.create_connection(("127.0.0.1", int(server.address.rsplit(":", 1)[1])))
        self.file = self.connection.makefile("rb")
        self.file.readline()
        choices = '{"verbose": false, "headers": true, "lang": "python", "version": "0"}'
        self.connection.sendall(f"CONNECT {choices}\r\nSUB {subject} 1\r\nPING\r\n".encode())
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        # `MSG` or `HMSG`, the subject, and in the end the bytes that follow.
        for line in self.file:
            words = line.split()
            if words[0] in (b"MSG", b"HMSG"):
                self.times.setdefault(words[1].decode(), time.monotonic())
                self.file.read(int(words[-1]) + 2)
            elif words[0] == b"PING":
                self.connection.sendall(b"PONG\r\n")


class Receiver:
    """Takes webhooks: for each job the ids of those that came, and when."""

    def __init__(self):
        received = self.received = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                received.setdefault(message["data"]["id"], []).append(
                    (self.headers["webhook-id"], time.monotonic()))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
