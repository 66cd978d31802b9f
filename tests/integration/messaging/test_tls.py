"""amqps: the broker's certificate is checked against the authority that the address names."""

import asyncio
import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from contracts.amqp.connection import BrokerUnavailableError, connection_to
from contracts.amqp.publisher import AmqpPublisher, Outcome
from contracts.topology import tasks_queue
from deploy.local.ports import LOOPBACK, free_port
from tests.fakes_messaging import messages
from tests.integration.conftest import Broker
from tests.integration.messaging.queues import drained
from tests.node_control import rabbitmqctl

_LISTEN = """
{{ok, _}} = application:ensure_all_started(ssl),
rabbit_networking:start_ssl_listener({{"127.0.0.1", {port}, inet}},
  [{{cacertfile, "{ca}"}}, {{certfile, "{cert}"}}, {{keyfile, "{key}"}}], 2).
"""


class Authority:
    """A certificate authority of one test."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._certificate = self._signed(self._name, self._key, is_authority=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, address: str) -> tuple[Path, Path]:
        """Give the files of a certificate for an address, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(_named("broker"), key, address=address)
        cert_file, key_file = self._folder / "broker.pem", self._folder / "broker.key"
        cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return cert_file, key_file

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        is_authority: bool = False,
        address: str = "",
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if address:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


@pytest.fixture(scope="module")
async def address(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Let the node listen with TLS too, to its end; gives the host, and the authority's folder."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = Authority(folder, "office").issue(LOOPBACK)
    port = free_port()
    files = {"ca": folder / "office.pem", "cert": cert, "key": key}
    await rabbitmqctl(broker.node, "eval", _LISTEN.format(port=port, **files))
    return f"{LOOPBACK}:{port}", folder


def url_of(broker: Broker, host: str, authority: Path | None) -> str:
    """Give the address with TLS of the same user."""
    login = broker.url("coordinator").partition("://")[2].partition("@")[0]
    query = "" if authority is None else f"?cafile={authority}"
    return f"amqps://{login}@{host}/onevisit{query}"


async def test_messages_leave_over_tls_with_the_authority_of_the_address(
    broker: Broker, address: tuple[str, Path]
) -> None:
    host, folder = address
    publisher = AmqpPublisher(url_of(broker, host, folder / "office.pem"), "relay")

    receipts = await publisher.publish(messages(1, 2))
    await publisher.close()

    assert {receipt.outcome for receipt in receipts} == {Outcome.CONFIRMED}
    assert len(await drained(broker, tasks_queue("market"))) == 2


@pytest.mark.parametrize("authority", ["other", None])
async def test_a_broker_of_another_authority_is_not_spoken_to(
    broker: Broker, address: tuple[str, Path], authority: str | None
) -> None:
    host, folder = address
    file = None if authority is None else Authority(folder, authority).file

    with pytest.raises(BrokerUnavailableError) as refused:
        async with asyncio.timeout(20), connection_to(url_of(broker, host, file), "relay"):
            pass

    assert "CERTIFICATE_VERIFY_FAILED" in str(refused.value)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
