#!/usr/bin/env python3
"""Asks for a video, follows it by polling, and fetches it:

    Examples/talk.py http://127.0.0.1:8080 demo speech.wav talk.mp4 [size=128 background=#204060 ...]
"""

import json
import os
import shutil
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

base, avatar, audio, output, *fields = sys.argv[1:]
key = os.environ.get("ADNERF_KEY")


def ask(path, body=None, **headers):
    if key:
        headers["Authorization"] = f"Bearer {key}"
    try:
        return urllib.request.urlopen(urllib.request.Request(urllib.parse.urljoin(base, path), body, headers), timeout=90)
    except urllib.error.HTTPError as error:
        sys.exit(f"error: {json.load(error)['detail']}")


def form(fields, file):
    """multipart/form-data: the content type and the body."""
    boundary = uuid.uuid4().hex
    body = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields)
    with open(file, "rb") as sound:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="audio"; filename="audio"\r\n\r\n'.encode() + sound.read()
    return f"multipart/form-data; boundary={boundary}", body + f"\r\n--{boundary}--\r\n".encode()


kind, body = form([("avatar", avatar), *(field.split("=", 1) for field in fields)], audio)
video = json.load(ask("/v1/videos", body, **{"Content-Type": kind}))
while video["status"] in ("queued", "in_progress"):
    print(f"{video['status']} {video['progress']} %", file=sys.stderr)
    video = json.load(ask(f"/v1/videos/{video['id']}?wait=30"))
if video["status"] != "completed":
    sys.exit(f"error: {video['status']}: {(video['error'] or {}).get('detail', 'somebody stopped it')}")
with ask(video["links"]["content"]) as content, open(output, "wb") as file:
    shutil.copyfileobj(content, file)
