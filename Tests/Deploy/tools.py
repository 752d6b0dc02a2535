"""What the checks of `run` are made with: other people's validators, and how to get them."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = ROOT / ".build" / "deploy"
REQUIREMENTS = HERE / "requirements.txt"
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
# The number that the image runs as.
USER = re.search(r"^USER (\d+):", DOCKERFILE, re.M).group(1)


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def sh(*command, **settings):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **settings)
    if done.returncode:
        raise Failure(f"{command[0]}: exit status {done.returncode}: {(done.stderr + done.stdout).strip()[-600:]}")
    return done.stdout


def python_tool(name):
    """A program of requirements.txt, in its pinned version."""
    folder = FOLDER / "python"
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != REQUIREMENTS.read_text():
        try:
            sh(sys.executable, "-m", "venv", "--clear", folder)
            sh(folder / "bin" / "pip", "install", "--quiet", "-r", REQUIREMENTS)
        except Failure as failure:
            raise Skip(f"requirements.txt cannot be installed: {str(failure)[-200:]}")
        stamp.write_text(REQUIREMENTS.read_text())
    return folder / "bin" / name


def debian_tool(name, package):
    """A program of a Debian package, which is not installed, because that would start a service."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
    if found:
        return found
    folder = FOLDER / package
    if not folder.exists():
        unpacked = FOLDER / f"{package}.new"
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir(parents=True)
        try:
            if subprocess.run(["apt-get", "download", package], cwd=unpacked, capture_output=True).returncode:
                # The lists may be old, or not there.
                sh("apt-get", "update", "-qq")
                sh("apt-get", "download", package, cwd=unpacked)
            sh("dpkg-deb", "-x", next(unpacked.glob("*.deb")), unpacked)
        except (Failure, OSError) as failure:
            raise Skip(f"there is no {name}, and no package {package} to be had: {str(failure)[-200:]}")
        unpacked.rename(folder)
    return next(path for path in folder.glob(f"usr/*bin/{name}"))


def documents(path):
    """The documents of a YAML file; this Python may lack what reads them."""
    program = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)"
    return json.loads(sh(python_tool("python"), "-c", program, input=path if isinstance(path, str) else path.read_text()))
