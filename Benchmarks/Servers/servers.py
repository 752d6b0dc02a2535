"""The servers that are compared, as processes."""
import os
import socket
import subprocess
import time

HOST = "127.0.0.1"
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One running server. A context: what it started, it ends."""

    def __init__(self, program, port, file):
        self.program, self.port, self.file = program, port, file

    def __enter__(self):
        with socket.socket() as taken:
            if taken.connect_ex((HOST, self.port)) == 0:
                raise SystemExit(f"port {self.port} is taken; choose others with --port")
        # Standard error stays, so that what goes wrong can be read; standard output is FlyingFox's log, where clients that
        # leave are errors.
        self.process = subprocess.Popen(
            [self.program, str(self.port), self.file], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise SystemExit(f"{self.program} does not listen on port {self.port}")
            time.sleep(0.02)

    def __exit__(self, *_):
        # Nothing to save: a drain would only take time.
        self.process.kill()
        self.process.wait()

    def cpu(self):
        """Seconds of CPU time so far, in user and in system mode."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            # The name in parentheses may contain anything, spaces among it.
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """Bytes that are resident."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmRSS:"))


def busy_share(seconds=2):
    """How much of the machine's CPU time is used now, 0 to 1."""
    def read():
        with open("/proc/stat") as file:
            times = [int(text) for text in file.readline().split()[1:9]]
        return sum(times), times[3] + times[4]

    total, idle = read()
    time.sleep(seconds)
    later, later_idle = read()
    return 1 - (later_idle - idle) / (later - total)
