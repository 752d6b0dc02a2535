#!/usr/bin/env python3
"""Makes keys for a NATS server of the tests' own, and for two users: one that it knows and one of another operator.

    pip install nkeys==0.2.1 && Tests/Fixtures/nats/make.py

The keys are here for everybody to see, and open nothing but that server. The format: docs.nats.io, "JWTs" and "nkeys".
"""
import base64
import hashlib
import json
import os
import pathlib

import nkeys

HERE = pathlib.Path(__file__).parent
UNLIMITED = dict.fromkeys(
    ["subs", "data", "payload", "imports", "exports", "conn", "leaf", "mem_storage", "disk_storage", "streams", "consumer"], -1)


def pair(prefix):
    return nkeys.from_seed(nkeys.encode_seed(os.urandom(32), prefix))


def name(keys):
    return keys.public_key.decode()


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(issuer, subject, nats, label):
    claims = {"iat": 1700000000, "iss": name(issuer), "name": label, "nats": {**nats, "version": 2}, "sub": name(subject)}
    text = json.dumps(claims, separators=(",", ":")).encode()
    claims["jti"] = base64.b32encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"typ": "JWT", "alg": "ed25519-nkey"}, claims)]
    signed = ".".join(map(encoded, parts))
    return signed + "." + encoded(issuer.sign(signed.encode()))


def operator(file):
    """Writes a server's configuration; the account that users are to be of."""
    keys, system, account = (pair(nkeys.PREFIX_BYTE_OPERATOR), pair(nkeys.PREFIX_BYTE_ACCOUNT), pair(nkeys.PREFIX_BYTE_ACCOUNT))
    limits = {"type": "account", "limits": {**UNLIMITED, "wildcards": True}}
    lines = [
        f'operator: {token(keys, keys, {"type": "operator", "system_account": name(system)}, "tests")}',
        f"system_account: {name(system)}", "resolver: MEMORY", "resolver_preload: {",
        f'  {name(system)}: {token(keys, system, {"type": "account", "limits": {**UNLIMITED, "wildcards": True, "mem_storage": 0, "disk_storage": 0}}, "system")}',
        f"  {name(account)}: {token(keys, account, limits, 'adnerf')}", "}", ""]
    if file:
        (HERE / file).write_text("\n".join(lines))
    return account


def user(account, file):
    keys = pair(nkeys.PREFIX_BYTE_USER)
    claims = {"type": "user", "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1}
    (HERE / file).write_text(
        f"-----BEGIN NATS USER JWT-----\n{token(account, keys, claims, 'adnerf')}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{keys.seed.decode()}\n------END USER NKEY SEED------\n")


user(operator("operator.conf"), "user.creds")
user(operator(None), "stranger.creds")
