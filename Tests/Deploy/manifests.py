"""Checks of what describes a cluster: Compose, Kubernetes, NATS, nginx."""

import json
import os
import re
import shutil
import subprocess
import tempfile

from tools import ROOT, USER, Failure, Skip, debian_tool, documents, python_tool, sh

DEPLOY = ROOT / "Deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE = [DEPLOY / "compose.yaml", DEPLOY / "compose.cluster.yaml"]
# What `docker compose` takes from Deploy/.env.
PASSWORDS = {"ENGINE_PASSWORD": "5e1234", "ROUTES_PASSWORD": "00ff"}
# Resources that Kubernetes itself does not know.
FOREIGN = {"ScaledObject", "PodMonitor"}


def interpolated(text):
    """What Compose makes of ${NAME}, ${NAME:-otherwise} and ${NAME:?complaint}."""
    return re.sub(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", lambda found: PASSWORDS.get(found[1], found[2] or ""), text)


def services():
    """The cluster as Compose runs it."""
    found = documents(interpolated(COMPOSE[1].read_text()))[0]["services"]
    for service in found.values():
        service["environment"] = {name: str(value) for name, value in service.get("environment", {}).items()}
    return found


def resources():
    """Each resource of Kubernetes, with its file."""
    for path in sorted(KUBERNETES.rglob("*.yaml")):
        if path.name not in ("kustomization.yaml", "nats-values.yaml"):
            for document in documents(path):
                yield path, document


def compose():
    """The Compose files keep to Compose's schema, and confine what they start."""
    sh(python_tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", *COMPOSE)
    for name, service in services().items():
        if service.get("cap_drop") != ["ALL"] or not service.get("read_only"):
            raise Failure(f"{name} is not confined")
        # The image's own user is checked where the image is.
        if service["image"].startswith(("nats", "nginx")) and "user" not in service:
            raise Failure(f"{name} runs as whoever its image says")


def docker_compose():
    """Compose understands its files."""
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        raise Skip("there is no docker compose")
    for file in COMPOSE:
        sh("docker", "compose", "--file", file, "config", "--quiet", env={**os.environ, **PASSWORDS})


def kubernetes():
    """Every manifest keeps to Kubernetes' schemas, is part of a kustomization, and selects what is there."""
    listed = set()
    for path in KUBERNETES.rglob("kustomization.yaml"):
        content = documents(path)[0]
        for entry in content.get("resources", []) + content.get("components", []):
            target = (path.parent / entry).resolve()
            if not target.exists():
                raise Failure(f"{path.relative_to(ROOT)} names {entry}, which is not there")
            listed.add(target)
    pods = [{"app.kubernetes.io/name": "nats"}]
    selections = []
    for path, resource in resources():
        place = f"{path.relative_to(ROOT)}: {resource['kind']} {resource['metadata']['name']}"
        if path.resolve() not in listed:
            raise Failure(f"{path.relative_to(ROOT)} is in no kustomization")
        if resource["kind"] not in FOREIGN:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                json.dump(resource, file)
                file.flush()
                sh(python_tool("kubernetes-validate"), "--strict", "--quiet", file.name)
        spec = resource.get("spec", {})
        if resource["kind"] == "Deployment":
            pods.append(spec["template"]["metadata"]["labels"])
            confined(place, spec["template"]["spec"])
        selector = spec.get("podSelector") or spec.get("selector")
        if selector:
            selections.append((place, selector.get("matchLabels", selector)))
        scaled = spec.get("scaleTargetRef")
        if scaled and scaled["name"] not in [
                other["metadata"]["name"] for _, other in resources() if other["kind"] == "Deployment"]:
            raise Failure(f"{place} scales {scaled['name']}, which is not there")
    for place, labels in selections:
        if not any(labels.items() <= pod.items() for pod in pods):
            raise Failure(f"{place} selects no pod")


def confined(place, pod):
    """A pod that may do what it has to and nothing else, and has the time to end."""
    security = pod["securityContext"]
    container = pod["containers"][0]
    inner = container["securityContext"]
    settings = {entry["name"]: entry.get("value") for entry in container["env"]}
    for holds, complaint in [
            (security["runAsNonRoot"] and security["runAsUser"] == int(USER), f"it is not run as {USER}"),
            (security["seccompProfile"]["type"] == "RuntimeDefault", "it may make any system call"),
            (inner["readOnlyRootFilesystem"] and not inner["allowPrivilegeEscalation"], "it may change its own image"),
            (inner["capabilities"]["drop"] == ["ALL"], "it has capabilities"),
            (pod["automountServiceAccountToken"] is False, "it has a token"),
            # ADNERF_PORT=tcp://... is what Kubernetes would say about a service that is called adnerf.
            (pod["enableServiceLinks"] is False, "variables of services mix with settings"),
            (pod["terminationGracePeriodSeconds"] > int(settings["ADNERF_DRAIN"]) + 5, "it is killed while it drains"),
            (all("sizeLimit" in volume["emptyDir"] for volume in pod["volumes"] if "emptyDir" in volume),
             "it may fill the machine's disk"),
            (all(probe in container for probe in ("startupProbe", "livenessProbe", "readinessProbe")), "a probe is missing"),
            ("memory" in container["resources"]["limits"], "it may take all memory")]:
        if not holds:
            raise Failure(f"{place}: {complaint}")


def kustomize():
    """Kustomize puts the example and the base together."""
    if not shutil.which("kubectl"):
        raise Skip("there is no kubectl")
    # One that does not tell is too old for components.
    if "kustomizeVersion" not in json.loads(sh("kubectl", "version", "--client", "--output=json")):
        raise Skip("kubectl is too old for components")
    for folder in ("base", "overlays/example"):
        for resource in documents(sh("kubectl", "kustomize", KUBERNETES / folder)):
            if resource["kind"] not in FOREIGN:
                sh(python_tool("kubernetes-validate"), "--strict", "--quiet", "/dev/stdin", input=json.dumps(resource))


def chart():
    """What the chart makes of nats-values.yaml is a configuration that NATS understands."""
    config = documents(KUBERNETES / "nats-values.yaml")[0]["config"]
    if not shutil.which("nats-server"):
        raise Skip("there is no nats-server")
    store = config["jetstream"]["merge"]
    if store.pop("sync_interval") != "always":
        raise Failure("what is acknowledged is not on the disk")
    store |= {"store_dir": "/data", "max_file_store": f"<< {config['jetstream']['fileStore']['maxSize']} >>"}
    text = json.dumps({"server_name": "nats-0", "jetstream": store, **config["merge"]})
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        # The chart's rule for variables and sizes.
        file.write(re.sub(r'"<< (.+?) >>"', r"\1", text))
        file.flush()
        sh("nats-server", "-t", "-c", file.name, env={"PATH": os.environ["PATH"], "ADNERF_PASSWORD": "p5e1234"})


def proxy():
    """nginx understands its configuration."""
    done = subprocess.run(
        [debian_tool("nginx", "nginx"), "-t", "-c", DEPLOY / "nginx.conf"], capture_output=True, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip()[-600:])


def settings(program):
    """Every variable that Compose and Kubernetes set is a setting, and every value one that it takes."""
    groups = {f"service {name}": service["environment"] for name, service in services().items() if name in ("api", "worker")}
    shared = {}
    for path in KUBERNETES.rglob("kustomization.yaml"):
        for generator in documents(path)[0].get("configMapGenerator", []):
            shared.update(entry.split("=", 1) for entry in generator["literals"])
    for path, resource in resources():
        if resource["kind"] == "Deployment":
            own = resource["spec"]["template"]["spec"]["containers"][0]["env"]
            # What comes from elsewhere could be anything that is a number or a word.
            groups[path.name] = {
                **shared, **{entry["name"]: entry.get("value", "2") for entry in own}, "ADNERF_ENGINE": "nats://nats:4222"}
    for place, variables in groups.items():
        with tempfile.TemporaryDirectory() as folder:
            table = sh(
                program, "serve", "--print-config", "--avatars", folder, env={"PATH": os.environ["PATH"], **variables})
        names = {"ADNERF_" + line.split(" ")[0].upper().replace("-", "_") for line in table.splitlines()}
        for name in variables:
            if name not in names:
                raise Failure(f"{place} sets {name}, which is no setting")
