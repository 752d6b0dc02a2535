"""Chromium's DevTools protocol over a pair of pipes: NUL-separated JSON, descriptor 3 in, 4 out. Python's library alone."""

import base64
import collections
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time


class Failure(Exception):
    """A check that does not hold."""


def until(what, condition, seconds=20.0, every=0.05, tick=None):
    """What `condition` says as soon as that is true; a `Failure` that says `what` if it never is."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f"{what}: not within {seconds:g} s")
        (tick or time.sleep)(every)


class Chromium:
    """A headless browser with a profile of its own, both gone when the `with` block ends."""

    def __init__(self, *options):
        names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
        program = next((path for path in map(shutil.which, filter(None, names)) if path), None)
        if program is None:
            raise SystemExit("error: there is no chromium; install Debian's package, or name one in CHROMIUM")
        self.profile = tempfile.mkdtemp(prefix="adnerf-browser-")
        arguments = [
            program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--no-first-run", "--disable-gpu",
            "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
            "--disable-extensions", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
            f"--user-data-dir={self.profile}", *options, "about:blank",
        ]
        inward, outward = os.pipe(), os.pipe()
        # Above 9, so that moving one to 3 or 4 cannot close the other first.
        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (inward[0], outward[1])]
        null = os.open(os.devnull, os.O_RDWR)
        self.process = os.posix_spawn(
            program, arguments, os.environ, setpgroup=0,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2),
                (os.POSIX_SPAWN_DUP2, theirs[0], 3), (os.POSIX_SPAWN_DUP2, theirs[1], 4),
            ])
        for end in (inward[0], outward[1], null, *theirs):
            os.close(end)
        self.writing, self.reading = inward[1], outward[0]
        self.unread = b""
        self.number = 0
        self.answers = {}
        self.tabs = {}
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close", seconds=5)
        except (Failure, OSError):
            pass
        os.close(self.writing)
        os.close(self.reading)
        deadline = time.monotonic() + 5
        while os.waitpid(self.process, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.killpg(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)
                break
            time.sleep(0.05)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, session=None, seconds=30.0, **parameters):
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writing, data):]
        answer = until(
            f"{method} is answered", lambda: self.answers.pop(number, None), seconds, every=0.5, tick=self.pump)
        if "error" in answer:
            raise Failure(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def pump(self, seconds):
        """Takes in what the browser says, waiting for it so long at most."""
        if not select.select([self.reading], [], [], seconds)[0]:
            return
        piece = os.read(self.reading, 1 << 20)
        if not piece:
            raise Failure("the browser has gone")
        *messages, self.unread = (self.unread + piece).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            elif "sessionId" in message:
                if message["sessionId"] in self.tabs:
                    self.tabs[message["sessionId"]].happened(message["method"], message["params"])
            else:
                self.events.append((message["method"], message["params"]))

    def open(self, address, **settings):
        """A tab with cookies and storage of its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, target, context, session)
        self.tabs[session] = tab
        tab.prepare(**settings)
        tab.go(address)
        return tab


class Tab:
    def __init__(self, browser, target, context, session):
        self.browser, self.target, self.context, self.session = browser, target, context, session
        self.requests = []        # addresses
        self.statuses = {}        # address: the last status
        self.complaints = []      # (address, text) of console errors, exceptions and failed loads
        self.waiting = collections.defaultdict(list)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def prepare(self, width=1200, height=900, phone=False, dark=False, calm=False):
        for domain in ("Page", "Runtime", "Log", "Network", "DOM", "Accessibility"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
        ])
        # A headless tab is not in front by itself, and keys go to the one that is.
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def happened(self, method, event):
        if method == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])
        elif method == "Network.responseReceived":
            self.statuses[event["response"]["url"]] = event["response"]["status"]
        elif method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            self.complaints.append((details.get("url", ""), text))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "warning", "assert"):
            text = " ".join(str(value.get("value", value.get("description"))) for value in event["args"])
            self.complaints.append(("", text))
        elif method == "Log.entryAdded" and event["entry"]["level"] in ("error", "warning"):
            self.complaints.append((event["entry"].get("url", ""), event["entry"]["text"]))
        elif method in ("Page.loadEventFired", "Page.fileChooserOpened"):
            self.waiting[method].append(event)

    def event(self, method, seconds=20.0):
        until(method, lambda: self.waiting[method], seconds, tick=self.browser.pump)
        return self.waiting[method].pop(0)

    def go(self, address):
        self.waiting["Page.loadEventFired"].clear()
        failed = self.call("Page.navigate", url=address).get("errorText")
        if failed:
            raise Failure(f"{address}: {failed}")
        self.event("Page.loadEventFired")

    def evaluate(self, expression):
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Failure(f"{expression}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def until(self, what, expression, seconds=20.0):
        """Waits until a JavaScript expression is true, and returns it."""
        return until(what, lambda: self.evaluate(expression), seconds, tick=self.browser.pump)

    def text(self, identifier):
        """What a reader sees of an element; nothing if it is hidden."""
        return self.evaluate(
            f"(e => e && e.checkVisibility() ? e.innerText.trim() : '')(document.getElementById({json.dumps(identifier)}))")

    def choose(self, identifier, *files):
        document = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=document, selector=f"#{identifier}")["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=list(files))

    def click(self, selector):
        """With the mouse, where the element really is, so that something on top of it shows."""
        place = self.evaluate(f"""(() => {{
            const e = document.querySelector({json.dumps(selector)});
            if (!e || !e.checkVisibility()) return null;
            e.scrollIntoView({{ block: "center", behavior: "instant" }});
            const box = e.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
            const hit = document.elementFromPoint(x, y);
            return e.contains(hit) || hit?.contains(e) ? {{ x, y }} : null;
        }})()""")
        if place is None:
            raise Failure(f"{selector} cannot be clicked: it is hidden, covered or not there")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def key(self, name):
        codes = {"Tab": (9, ""), "Enter": (13, "\r"), "Space": (32, " "), "ArrowDown": (40, "")}
        code, text = codes[name]
        known = {"key": " " if name == "Space" else name, "code": name, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **known)
        self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


def probe(path):
    """Streams and duration as ffprobe sees them."""
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type:format=duration", "-of", "json", path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode or done.stderr:
        raise Failure(f"ffprobe: {done.stderr.strip() or done.returncode}")
    return json.loads(done.stdout)
