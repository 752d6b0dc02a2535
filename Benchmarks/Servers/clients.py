"""What is asked of a server, and how long it takes."""
import http.client
import re
import select
import socket
import subprocess
import time

from servers import HOST

# Ports of one address do not suffice for 10,000 connections on every machine, and servers limit the connections of one
# address: the clients are several.
ADDRESSES = [f"127.0.0.{number}" for number in range(2, 22)]


class Failure(Exception):
    """A server did not do what was asked: its figure would be of something else."""

    def __init__(self, server, what):
        super().__init__(f"{server.program}: {what}")


def check(server, content):
    """That a server does what is about to be measured; `content` is what /file has to serve."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    expected = [
        ("GET", "/json", None, 200, b'{"message":"Hello, World!"}'), ("GET", "/file", None, 200, content),
        ("POST", "/upload", content, 200, str(len(content)).encode()), ("GET", "/idle", None, 204, b""),
    ]
    # All on one connection, which proves that it is kept.
    for method, path, body, status, answer in expected:
        connection.request(method, path, body)
        response = connection.getresponse()
        found = response.read()
        if response.status != status or found != answer or response.will_close:
            what = f"{response.status}, {len(found)} bytes, {'closed' if response.will_close else 'kept'}"
            raise Failure(server, f"{method} {path}: {what}")
    connection.close()


def wrk(server, connections, seconds, close=False):
    """(requests a second, microseconds of the server's CPU time a request, socket errors)"""
    # One thread is plenty for what these servers answer, and leaves them the other cores.
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    if close:
        command += ["-H", "Connection: close"]
    cpu = server.cpu()
    output = subprocess.run(
        command + [f"http://{HOST}:{server.port}/json"], check=True, capture_output=True, text=True).stdout
    cpu = server.cpu() - cpu
    if "Non-2xx" in output:
        raise Failure(server, output)
    requests = int(re.search(r"(\d+) requests in", output)[1])
    if requests == 0:
        raise Failure(server, output)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    return (
        float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), cpu / requests * 1e6,
        sum(map(int, errors.groups())) if errors else 0)


def download(server, size, times):
    """(MiB a second, milliseconds of the server's CPU time for one) of so many GET /file on one connection."""
    buffer = memoryview(bytearray(1 << 20))

    def once(connection):
        connection.request("GET", "/file")
        response = connection.getresponse()
        total = 0
        while count := response.readinto(buffer):
            total += count
        if response.status != 200 or total != size:
            raise Failure(server, f"GET /file: {response.status}, {total} bytes")

    return _transfers(server, size, times, once)


def upload(server, content, times):
    """(MiB a second, milliseconds of the server's CPU time for one) of so many POST /upload on one connection."""

    def once(connection):
        connection.request("POST", "/upload", content)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200 or answer != str(len(content)).encode():
            raise Failure(server, f"POST /upload: {response.status}, {answer[:100]}")

    return _transfers(server, len(content), times, once)


def _transfers(server, size, times, once):
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    cpu, start = server.cpu(), time.perf_counter()
    for _ in range(times):
        once(connection)
    seconds, cpu = time.perf_counter() - start, server.cpu() - cpu
    connection.close()
    return size * times / seconds / (1 << 20), cpu / times * 1e3


def idle(server, count):
    """Bytes of the server's memory for each of `count` kept connections that have had an answer.

    The server should be fresh: memory that it freed before would serve the connections and not be counted.
    """
    # What is allocated once, for the first requests, is no connection's.
    warm = [_served(server, address) for address in ADDRESSES for _ in range(3)]
    time.sleep(1)
    before = server.memory()
    sockets = [_served(server, ADDRESSES[number % len(ADDRESSES)]) for number in range(count)]
    time.sleep(1)
    after = server.memory()
    poll = select.poll()
    for client in sockets:
        poll.register(client, select.POLLIN)
    lost = len(poll.poll(0))
    for client in sockets + warm:
        client.close()
    if lost:
        raise Failure(server, f"{lost} of {count} idle connections did not stay")
    return (after - before) / count


def _served(server, address):
    """A connection from `address` that has had an answer and is kept."""
    client = socket.create_connection((HOST, server.port), timeout=10, source_address=(address, 0))
    client.sendall(b"GET /idle HTTP/1.1\r\nHost: localhost\r\nUser-Agent: idle\r\nAccept: */*\r\n\r\n")
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = client.recv(4096)
        if not piece:
            raise Failure(server, "GET /idle: closed before the answer")
        answer += piece
    if not answer.startswith(b"HTTP/1.1 204 "):
        raise Failure(server, f"GET /idle: {answer[:100]}")
    return client
