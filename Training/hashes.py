"""Keeps hashes.txt: the sha256 of every file that the recipes write."""
import hashlib
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = Path(__file__).parent / "hashes.txt"


def record(path):
    """Writes the file's line anew, as sha256sum prints and checks it from the repository's root."""
    name = str(Path(path).resolve().relative_to(ROOT.resolve()))
    lines = dict(line.split("  ")[::-1] for line in LIST.read_text().splitlines()) if LIST.exists() else {}
    lines[name] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    LIST.write_text("".join(f"{lines[key]}  {key}\n" for key in sorted(lines)))
