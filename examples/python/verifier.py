"""Verifies access tokens of a Sallyport gateway, and refuses revoked ones within a second.

Needs PyJWT with cryptography (Debian: python3-jwt). Reads a token from each line of its input and says what it is:

    SALLYPORT_ISSUER=https://auth.example.com SALLYPORT_SERVICE=orders:<secret> python3 verifier.py
"""

import base64
import json
import os
import sys
import threading
import time
import urllib.parse
import urllib.request

import jwt

SILENCE = 5  # Seconds after which something may have been missed.


class Guard:
    def __init__(self, issuer, service, gateway=None, audience=None):
        self.issuer, self.audience = issuer, audience or issuer
        self.gateway = gateway or issuer
        self.headers = {"Authorization": "Basic " + base64.b64encode(service.encode()).decode()}
        self.keys = jwt.PyJWKClient(self.gateway + "/.well-known/jwks.json")
        self.revoked = {"session": {}, "user": {}, "role": {}}
        self.synced_at = float("-inf")
        threading.Thread(target=self._read_on, daemon=True).start()

    def verify(self, token):
        """The claims, or None where the token is not to be trusted."""
        try:
            key = self.keys.get_signing_key_from_jwt(token)
            if jwt.get_unverified_header(token)["typ"] != "at+jwt":
                return None
            required = ["exp", "sub", "sid", "roles", "ver"]
            claims = jwt.decode(token, key.key, algorithms=["ES256", "RS256"], issuer=self.issuer,
                                audience=self.audience, leeway=5, options={"require": required})
        except (jwt.PyJWTError, KeyError):
            return None
        if self._is_revoked(claims):
            return None
        if time.monotonic() - self.synced_at > SILENCE and not self._is_active(token):
            return None
        return claims

    def _is_revoked(self, claims):
        user = self.revoked["user"].get(claims["sub"], {"ver": 0})
        roles = (self.revoked["role"].get(name, {"ver": 0}) for name in claims["roles"])
        return (claims["sid"] in self.revoked["session"]
                or claims["ver"][0] < user["ver"]
                or any(have < role["ver"] for have, role in zip(claims["ver"][1:], roles)))

    def _is_active(self, token):
        """Asks the gateway, while the feed is silent (RFC 7662). What fails here refuses the token."""
        body = urllib.parse.urlencode({"token": token}).encode()
        request = urllib.request.Request(self.gateway + "/oauth/introspect", body, self.headers)
        with urllib.request.urlopen(request, timeout=3) as answer:
            return json.load(answer)["active"] is True

    def _read_on(self):
        last = None
        while True:
            try:
                headers = {**self.headers, **({"Last-Event-ID": last} if last else {})}
                request = urllib.request.Request(self.gateway + "/revocations", headers=headers)
                with urllib.request.urlopen(request, timeout=SILENCE) as feed:
                    event = {}
                    for line in feed:
                        field, _, value = line.decode().rstrip("\n").partition(": ")
                        if field:
                            event[field] = value
                            continue
                        if event.get("event") == "revocation":
                            self._learn(json.loads(event["data"]))
                        if event.get("event") == "synced":
                            last, self.synced_at = event["id"], time.monotonic()
                        event = {}
            except (OSError, ValueError) as error:
                print("the feed cannot be read:", error, file=sys.stderr)
            self.synced_at = float("-inf")
            time.sleep(0.5)

    def _learn(self, revocation):
        known = self.revoked.get(revocation["kind"])
        if known is None:
            return
        for key in [key for key, entry in known.items() if entry["exp"] < time.time()]:
            del known[key]
        before = known.get(revocation["key"], {})
        if revocation.get("ver", 0) >= before.get("ver", 0):
            known[revocation["key"]] = revocation


if __name__ == "__main__":
    environment = os.environ
    guard = Guard(environment["SALLYPORT_ISSUER"], environment["SALLYPORT_SERVICE"], environment.get("SALLYPORT_GATEWAY"))
    for line in sys.stdin:
        claims = guard.verify(line.strip())
        print(f"user {claims['sub']}" if claims else "refused", flush=True)
