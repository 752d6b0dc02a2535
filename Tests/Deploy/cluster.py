"""The cluster of compose.cluster.yaml, with its settings, on loopback: three NATS servers, an API node, a worker."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

from manifests import DEPLOY, services
from tools import Failure, Skip, sh

DURABILITY = "sync_interval: always"


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def configuration(folder):
    """A server's configuration with a folder of its own, and with what an old server does not know left out."""
    text = (DEPLOY / "nats" / "nats.conf").read_text()
    durability = (DEPLOY / "nats" / "durability.conf").read_text()
    if "store_dir: /data\n" not in text or DURABILITY not in durability:
        raise Failure(f"nats.conf does not store in /data, or durability.conf does not say {DURABILITY}")
    version = tuple(map(int, re.search(r"v(\d+)\.(\d+)", sh("nats-server", "--version")).groups()))
    folder.mkdir()
    (folder / "nats.conf").write_text(text.replace("store_dir: /data\n", f'store_dir: "{folder}/store"\n'))
    (folder / "durability.conf").write_text(durability if version >= (2, 10) else durability.replace(DURABILITY, ""))
    return folder / "nats.conf"


@contextlib.contextmanager
def servers(folder):
    """Three NATS servers; where clients find them."""
    if not shutil.which("nats-server"):
        raise Skip("there is no nats-server")
    clients, routes, monitors = (free_ports(3) for _ in range(3))
    running = []
    try:
        for number in range(3):
            service = services()[f"nats-{number + 1}"]
            file = configuration(folder / f"nats-{number}")
            environment = {"PATH": os.environ["PATH"], **service["environment"], "NATS_STORE": "2GB"}
            password = environment["NATS_ROUTES_PASSWORD"].strip('"')
            sh("nats-server", "-t", "-c", file, env=environment)
            with open(folder / f"nats-{number}.log", "w") as log:
                running.append(subprocess.Popen(
                    ["nats-server", "-c", file, "-a", "127.0.0.1", "-p", str(clients[number]), "-m", str(monitors[number]),
                     "--cluster", f"nats://routes:{password}@127.0.0.1:{routes[number]}",
                     "--routes", ",".join(f"nats://routes:{password}@127.0.0.1:{port}" for port in routes)],
                    env=environment, stdout=log, stderr=log))
        until(lambda: all(answers(f"http://127.0.0.1:{port}/healthz") for port in monitors), "NATS healthy", 30)
        yield dict(zip(("nats-1", "nats-2", "nats-3"), clients))
    finally:
        for server in running:
            server.kill()
            server.wait()


@contextlib.contextmanager
def node(name, program, folder, ports):
    """A node as Compose starts it; where it answers."""
    service = services()[name]
    environment = {"PATH": os.environ["PATH"], **service["environment"]}
    for host, port in ports.items():
        environment["ADNERF_ENGINE"] = environment["ADNERF_ENGINE"].replace(f"{host}:4222", f"127.0.0.1:{port}")
    # The machine's disk is not what is tried here.
    environment |= {"ADNERF_ENGINE_SEGMENT_BYTES": "500000000", "ADNERF_ENGINE_BLOB_BYTES": "500000000"}
    (folder / "avatars").mkdir(exist_ok=True)
    with open(folder / f"{name}.log", "w") as log:
        process = subprocess.Popen(
            [program, *service["command"], "--avatars", folder / "avatars", "--data", folder / name, "--port", "0"],
            env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = process.stdout.readline()
            if not line.startswith("listening on "):
                text = (folder / f"{name}.log").read_text()
                if "without NATS" in text:
                    raise Skip("the program was built without NATS")
                raise Failure(f"{name} did not start: {text[-600:]}")
            yield line.split()[-1]
        finally:
            process.kill()
            process.wait()


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def until(holds, what, seconds=30):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise Failure(f"not {what} within {seconds} s")
        time.sleep(0.2)


def cluster(program):
    """The cluster starts as Compose would start it: the servers let the nodes in, and the nodes know each other."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with servers(folder) as ports, node("api", program, folder, ports) as api:
            with node("worker", program, folder, ports) as worker:
                for base in (api, worker):
                    until(lambda: answers(f"{base}/readyz"), f"{base} ready")
                    port = base.rsplit(":", 1)[1]
                    sh(DEPLOY / "healthcheck", "/readyz", env={"PATH": os.environ["PATH"], "ADNERF_PORT": port})

                def known():
                    with urllib.request.urlopen(f"{api}/metrics") as answer:
                        return re.search(r"^adnerf_nodes 1$", answer.read().decode(), re.M)

                until(known, "the worker known to the API node")
            if answers(f"{worker}/healthz"):
                raise Failure("the worker answers after its end")
