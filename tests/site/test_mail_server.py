"""Mail over a real connection: SMTP inside TLS, a certificate that is checked, signed in with the secret of a file."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test.utils import override_settings

from sluis.core import errors
from sluis.plumbing import mail
from sluis.site.settings import environment


@dataclass
class PostOffice:
    """A mail server in a thread, as much of RFC 5321 as a letter takes; keeps what it was told."""

    folder: Path
    port: int = 0
    login: str = ""
    letters: list[str] = field(default_factory=list)

    def certificate(self) -> tuple[Path, Path]:
        """Of 127.0.0.1, signed by itself: certificate and key."""
        key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
        signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
        files = self.folder / "post.pem", self.folder / "post.key"
        files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
        return files

    def serve(self, listening: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            try:
                with context.wrap_socket(listening.accept()[0], server_side=True) as connection:
                    self._talk(connection)
            except ssl.SSLError:
                continue
            except OSError:
                return

    def _talk(self, connection: ssl.SSLSocket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 post.example\r\n")
        for line in iter(lines.readline, b""):
            word, _, given = line.decode().strip().partition(" ")
            connection.sendall(self._answer(word.upper(), given))
            if word.upper() == "DATA":
                self.letters.append(b"".join(iter(lines.readline, b".\r\n")).decode())
                connection.sendall(b"250 taken\r\n")
            if word.upper() == "QUIT":
                return

    def _answer(self, word: str, given: str) -> bytes:
        if word == "AUTH":
            self.login = b64decode(given.removeprefix("PLAIN ")).decode()
        said = {"EHLO": b"250-post.example\r\n250 AUTH PLAIN\r\n", "DATA": b"354 go on\r\n", "AUTH": b"235 welcome\r\n"}
        return said.get(word, b"221 bye\r\n" if word == "QUIT" else b"250 well\r\n")


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    office = PostOffice(tmp_path)
    certificate, key = office.certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("geheim-van-de-post")
    monkeypatch.setenv("SLUIS_MAIL_PASSWORD_FILE", str(secret))
    monkeypatch.setenv("SLUIS_MAIL_FROM", "sluis@knooppunt.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        office.port = listening.getsockname()[1]
        threading.Thread(target=office.serve, args=(listening, context), daemon=True).start()
        told = environment.mail(f"smtps://hub@localhost:{office.port}")
        with override_settings(**told, EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend"):
            yield office


def test_each_address_gets_a_letter_of_its_own_over_a_connection_that_is_checked(post: PostOffice) -> None:
    assert mail.is_set()
    mail.send(["anna@bank.example", "bert@bank.example"], subject="Er is iets", text="Kijk in Sluis.")
    assert post.login == "\0hub\0geheim-van-de-post"
    assert ["To: anna@bank.example" in one for one in post.letters] == [True, False]
    assert all("From: sluis@knooppunt.example" in one and "Kijk in Sluis." in one for one in post.letters)


def test_a_server_that_is_not_who_it_says_gets_no_mail(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(errors.Unavailable) as raised:
        mail.send(["anna@bank.example"], subject="Er is iets", text="Kijk in Sluis.")
    assert raised.value.reason == "post-mislukt"
    assert (post.login, post.letters) == ("", [])
