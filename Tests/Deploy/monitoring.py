"""Checks of Deploy/monitoring: rules, dashboard, and that every metric in them is one that the program shows."""

import contextlib
import json
import pathlib
import re
import subprocess
import tempfile
import urllib.error
import urllib.request

from tools import ROOT, Failure, debian_tool, documents, sh

FOLDER = ROOT / "Deploy" / "monitoring"
RULES = FOLDER / "adnerf.rules.yaml"
SCALER = ROOT / "Deploy" / "kubernetes" / "components" / "keda" / "scaled-object.yaml"


def dashboard():
    return json.loads((FOLDER / "dashboard.json").read_text())


def expressions():
    """Every query, by where it stands."""
    for group in documents(RULES)[0]["groups"]:
        for rule in group["rules"]:
            yield rule.get("alert") or rule["record"], rule["expr"]
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            yield f"panel '{panel['title']}'", target["expr"]
    for trigger in documents(SCALER)[0]["spec"]["triggers"]:
        yield "KEDA's trigger", trigger["metadata"]["query"]


def rules():
    """Prometheus understands the rules and its configuration, and the alerts fire when they should."""
    promtool = debian_tool("promtool", "prometheus")
    sh(promtool, "check", "rules", RULES)
    sh(promtool, "test", "rules", FOLDER / "adnerf.rules.test.yaml")
    sh(promtool, "check", "config", FOLDER / "prometheus.yaml")
    tested = (FOLDER / "adnerf.rules.test.yaml").read_text()
    for group in documents(RULES)[0]["groups"]:
        for rule in group["rules"]:
            if "alert" in rule and not re.search(rf"alertname: {rule['alert']}\n\s+eval_time: \S+\n\s+exp_alerts", tested):
                raise Failure(f"no test makes {rule['alert']} fire")


def panels():
    """The dashboard's panels do not overlap, and Prometheus understands their queries."""
    taken = {}
    seen = set()
    for panel in dashboard()["panels"]:
        if panel["id"] in seen:
            raise Failure(f"two panels have the number {panel['id']}")
        seen.add(panel["id"])
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if x >= 24 or (x, y) in taken:
                    raise Failure(f"'{panel['title']}' has no room beside '{taken.get((x, y))}'")
                taken[x, y] = panel["title"]
    records = [
        {"record": f"query:{number}", "expr": expression} for number, (_, expression) in enumerate(expressions())]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump({"groups": [{"name": "queries", "rules": records}]}, file)
        file.flush()
        sh(debian_tool("promtool", "prometheus"), "check", "rules", file.name)


@contextlib.contextmanager
def refusing(program):
    """A server that has no room for jobs, so that there are refusals to count."""
    with tempfile.TemporaryDirectory() as folder:
        with open(pathlib.Path(folder) / "log", "w+") as log:
            server = subprocess.Popen(
                [program, "serve", "--avatars", ROOT / "Examples" / "avatars", "--data", f"{folder}/data", "--port", "0",
                 "--bake", "off", "--set", f"reserve={1 << 60}"], stdout=subprocess.PIPE, stderr=log, text=True)
            try:
                line = server.stdout.readline()
                if not line.startswith("listening on "):
                    log.seek(0)
                    raise Failure(f"the server did not start: {log.read()[-600:]}")
                yield line.split()[-1]
            finally:
                server.kill()
                server.wait()


def shown(program):
    """What `/metrics` shows, by name, with its labels."""
    with refusing(program) as base:
        request = urllib.request.Request(
            f"{base}/v1/videos", json.dumps({"text": "Hello"}).encode(), {"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=60)
            raise Failure("a job is taken in where there is no room for it")
        except urllib.error.HTTPError as error:
            if error.code != 507:
                raise Failure(f"a job without room is answered {error.code}, expected 507: {error.read().decode()}")
        # The request itself is counted when it has been answered.
        urllib.request.urlopen(f"{base}/metrics").read()
        lines = urllib.request.urlopen(f"{base}/metrics").read().decode().splitlines()
    found = {}
    for line in lines:
        if not line.startswith("#"):
            name, _, labels = line.rpartition(" ")[0].partition("{")
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def metrics(program):
    """Every metric and label in rules, dashboard and scaler is one that the program shows."""
    known = shown(program)
    recorded = {name for name, _ in expressions() if ":" in name}
    # What Prometheus itself adds.
    general = {"job", "instance"}
    for place, expression in expressions():
        names = set(re.findall(r"\badnerf[a-z0-9_:]*", re.sub(r'"[^"]*"', '""', expression)))
        for name in names - recorded:
            if name not in known:
                raise Failure(f"{place} asks for {name}, which /metrics does not show")
        for name, labels in re.findall(r"\b(adnerf_[a-z0-9_]*)\{([^}]*)\}", expression):
            for label in re.findall(r"(\w+)\s*[=!]", re.sub(r'"[^"]*"', "", labels)):
                if label not in known[name] | general:
                    raise Failure(f"{place} asks for {name} by {label}, which it does not have")
    # And nothing is shown that nobody looks at.
    asked = " ".join(expression for _, expression in expressions())
    for name in known:
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        if not re.search(rf"\b{base}(_bucket)?\b", asked) and name != "adnerf_bake_seconds_left":
            raise Failure(f"no panel shows {name}")


