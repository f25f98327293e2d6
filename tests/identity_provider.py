"""A small OpenID provider that runs: discovery, authorization, token with PKCE, keys. It can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "sluis", "een-gedeeld-geheim"


@dataclass
class Issuer:
    """Who signs in there is `claims`; `spoil` changes the claims of an ID token, `key` signs it."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "email": "anna@bank.example", "email_verified": True})
    spoil: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))
    published: Any = None
    algorithm: str = "RS256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    says_issuer: str = ""
    is_down: bool = False

    def discovery(self) -> dict[str, str]:
        return {
            "issuer": self.says_issuer or self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        }

    def jwks(self) -> dict[str, Any]:
        public = (self.published or self.key).public_key()
        return {"keys": [{**json.loads(RSAAlgorithm.to_jwk(public)), "kid": "k1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to, as after a sign-in there."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def token(self, asked: dict[str, str]) -> dict[str, str] | None:
        """An ID token, once for a code, for the client that can show the verifier of its challenge."""
        begun = self.codes.pop(asked.get("code", ""), None)
        if begun is None or (asked["client_id"], asked["client_secret"]) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != begun["code_challenge"]:
            return None
        if asked["redirect_uri"] != begun["redirect_uri"]:
            return None
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.signed(begun["nonce"])}

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims, **self.spoil}
        told = {name: value for name, value in told.items() if value is not None}
        key: Any = self.key if self.algorithm == "RS256" else SECRET + "x" * 20 if self.algorithm == "HS256" else None
        return jwt.encode(told, key, algorithm=self.algorithm, headers={"kid": "k1"})


def _handler(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if issuer.is_down:
                return self.send_error(503)
            if parts.path == "/.well-known/openid-configuration":
                return self._say(issuer.discovery())
            if parts.path == "/jwks":
                return self._say(issuer.jwks())
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("location", issuer.authorize(asked))
            self.end_headers()
            return None

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            asked = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            answer = issuer.token(asked)
            return self._say(answer) if answer else self._say({"error": "invalid_grant"}, status=400)

        def _say(self, told: dict[str, Any], *, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def running() -> Iterator[Issuer]:
    """The provider on loopback until the block ends."""
    issuer = Issuer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(issuer))
    server.daemon_threads = True
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield issuer
    server.shutdown()
    server.server_close()
    thread.join()
