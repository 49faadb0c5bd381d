"""What a production site seals with: a key that never leaves its module, and a time-stamp service. Both are real ones, run here."""

import io
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pkcs11
import pytest
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader

from reports import sealing
from reports.rendering import render_pdf, sealed
from tests.reports.samples import sample
from tests.reports.test_seal import own_seal as own_seal
from tests.reports.test_seal import seen_by_poppler, seen_by_pyhanko
from tests.reports.validator import findings

pytestmark = pytest.mark.once
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"
SERVICE = """
[tsa]
default_tsa = service
[service]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def ran(*command: object, **more: Any) -> bytes:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, **more).stdout


def certificate_for(name: str, folder: Path, stem: str, *extensions: str) -> None:
    ran(
        *(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "30",
            "-subj",
            f"/CN={name}",
        ),
        *(part for extension in extensions for part in ("-addext", extension)),
        *("-keyout", folder / f"{stem}.key", "-out", folder / f"{stem}.pem"),
    )


@pytest.fixture
def module_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A token with a key and its certificate, and how it is named."""
    (tmp_path / "tokens").mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    certificate_for("Countersign in a module", tmp_path, "seal", "keyUsage=critical,digitalSignature,nonRepudiation")
    ran("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", tmp_path / "seal.key", "-out", tmp_path / "seal.p8")
    ran("openssl", "x509", "-in", tmp_path / "seal.pem", "-outform", "DER", "-out", tmp_path / "seal.der")
    ran("softhsm2-util", "--init-token", "--free", "--label", "countersign", "--pin", PIN, "--so-pin", PIN)
    store = ("--token", "countersign", "--pin", PIN, "--id", "01", "--label", "seal")
    ran("softhsm2-util", "--import", tmp_path / "seal.p8", *store)
    pkcs11.lib(MODULE).reinitialize()  # it may know the token of another test
    token = pkcs11.lib(MODULE).get_token(token_label="countersign")
    with token.open(rw=True, user_pin=PIN) as session:
        attributes = decode_x509_certificate((tmp_path / "seal.der").read_bytes())
        session.create_object({**attributes, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "seal", pkcs11.Attribute.ID: b"\1"})
    yield f"pkcs11:token=countersign;object=seal?module-path={MODULE}"
    sealing._signer.cache_clear()


def test_a_key_in_a_module_seals_and_stays_there(module_address: str, settings: Any) -> None:
    settings.SEAL_KEY, settings.SEAL_PASSWORD = module_address, PIN
    paper = sealed(render_pdf(sample(3, 1, 1)))
    status = seen_by_pyhanko(paper)
    assert (status.intact, status.valid, status.signing_cert.subject.native["common_name"]) == (True, True, "Countersign in a module")
    assert findings(paper) == []


def test_a_module_that_was_started_anew_seals_without_a_new_worker(module_address: str, settings: Any) -> None:
    settings.SEAL_KEY, settings.SEAL_PASSWORD = module_address, PIN
    drawn = render_pdf(sample(3, 1, 1))
    sealed(drawn)
    pkcs11.lib(MODULE).reinitialize()  # as after a power cut: no session of before is known there
    status = seen_by_pyhanko(sealed(drawn))
    assert (status.intact, status.valid, status.signing_cert.subject.native["common_name"]) == (True, True, "Countersign in a module")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    """OpenSSL's time-stamp service behind a web server: its address."""
    certificate_for("A time-stamp service", tmp_path, "tsa", "extendedKeyUsage=critical,timeStamping", "keyUsage=critical,digitalSignature")
    config = tmp_path / "tsa.conf"
    config.write_text(SERVICE.format(folder=tmp_path))
    (tmp_path / "serial").write_text("01\n")

    class Stamps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tmp_path / "asked.tsq"
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            stamp = ran("openssl", "ts", "-reply", "-config", config, "-section", "service", "-queryfile", asked)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(stamp)

        def log_message(self, *said: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Stamps) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_with_a_time_stamp_service_the_seal_is_for_the_long_term(service: str, tmp_path: Path, settings: Any) -> None:
    settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = service, str(tmp_path / "tsa.pem")
    paper = sealed(render_pdf(sample(3, 1, 1)))
    status = seen_by_pyhanko(paper)
    assert (status.intact, status.valid, status.docmdp_ok, status.coverage.name) == (True, True, True, "ENTIRE_REVISION")
    assert "Signature is Valid" in seen_by_poppler(paper, tmp_path)
    reader = PdfFileReader(io.BytesIO(paper))
    assert len(reader.embedded_timestamp_signatures) == 1  # over all of the file, beside the one in the seal
    assert status.timestamp_validity.valid
    assert b"/DSS" in paper
    assert findings(paper) == []


def test_nobodys_paper_waits_for_a_service_that_does_not_answer(settings: Any) -> None:
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    status = seen_by_pyhanko(sealed(render_pdf(sample(3, 1, 1))))
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
