"""What third parties read instead of our code: JSON Schemas and AsyncAPI, from the catalogue.

Everything here is pure: the same catalogue and topology give the same bytes. The command
`onevisit publish contracts` writes them, a test keeps the committed files equal.
"""

import inspect
import json
from typing import Any, Final

from contracts import topology
from contracts.amqp.ports import (
    CREDIT_NUMBER_HEADER,
    REPLAY_OF_HEADER,
    SCHEMA_HEADER,
    SEQUENCE_HEADER,
    SIGNATURE_HEADER,
)
from contracts.catalogue import CATALOGUE, Entry, Way
from contracts.envelope import CONTENT_TYPE, MAX_BODY_BYTES, Envelope
from contracts.passages import PASSAGES, Passage
from contracts.tracing import TRACEPARENT

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
ASYNCAPI_FILE: Final = "asyncapi.json"


_VERSION = "1.0.0"
_PARAMETERS = {
    "department": "Code of a department: letters, digits, '-' and '_', no dots.",
    "system": "Code of a credit information system, like that of a department; never 'log'.",
    "message": "Name and major version of a message.",
}
_WHOLE_NUMBER = {"type": "string", "pattern": "^[1-9][0-9]*$"}


def published_files() -> dict[str, bytes]:
    """Give every generated file by its path inside the contracts folder."""
    documents = {schema_path(entry): schema(entry) for entry in CATALOGUE.values()}
    return {
        path: (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
        for path, document in {**documents, ASYNCAPI_FILE: asyncapi()}.items()
    }


def schema_path(entry: Entry) -> str:
    """Give the path of a message's schema: one file per message and major version."""
    return f"schemas/{entry.type}.json"


def sample_path(entry: Entry) -> str:
    """Give the path of a message's golden sample: one file per message version."""
    return f"samples/{entry.name}.v{entry.major}.{entry.minor}.json"


def schema(entry: Entry) -> dict[str, Any]:
    """Describe the whole envelope of one message as JSON Schema (2020-12).

    `x-schema` holds `name;major.minor`, as the header of the same name does.
    """
    kind: Any = Envelope
    body: dict[str, Any] = kind[entry.model].model_json_schema(mode="validation")
    body["properties"]["type"] |= {"const": entry.type}
    return {
        "$schema": DRAFT,
        "$id": entry.schema_id,
        "x-schema": entry.schema,
        **body,
        "title": entry.type,
        "description": _purpose(entry),
        # CloudEvents asks for it; readers of ours forgive its absence.
        "required": ["specversion", *body["required"]],
    }


def asyncapi() -> dict[str, Any]:
    """Describe who sends which message where as an AsyncAPI 3.0 document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "OneVisit 进一次门、查多项事",
            "version": _VERSION,
            "description": inspect.cleandoc(_DESCRIPTION.format(most=MAX_BODY_BYTES)),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"county": _server()},
        "channels": {
            **{passage.name: _exchange_channel(passage) for passage in PASSAGES},
            **{_queue_name(passage): _queue_channel(passage) for passage in PASSAGES},
        },
        "operations": {
            name: operation for passage in PASSAGES for name, operation in _operations(passage)
        },
        "components": {
            "messages": {entry.name: _message(entry) for entry in CATALOGUE.values()},
            "securitySchemes": {"brokerUser": {"type": "userPassword"}},
        },
    }


_DESCRIPTION = """
    Joint inspections between government departments. Bodies are structured CloudEvents 1.0;
    every message has the AMQP properties message_id (equal to the envelope's id), type, timestamp,
    delivery_mode 2 (heartbeats 1), correlation_id, and from departments and credit systems user_id,
    which the broker verifies. Order holds per queue by header x-seq. A message may arrive twice
    with the same id and the same bytes. Readers ignore fields they do not know when the sender's
    minor version is newer, and park a major version they do not know. The content_type is
    application/cloudevents+json, the source /departments/<code> or /credit/<system> of the sender;
    a body of more than {most} bytes is parked unread. Keys are published as a JWK set at
    /.well-known/jwks.json: the kid names the signer, who may have several keys; each counts from
    nbf to exp, and never once it is marked revoked.
"""


def _server() -> dict[str, Any]:
    return {
        "host": "{host}",
        "protocol": "amqps",
        "protocolVersion": "0.9.1",
        "pathname": f"/{topology.VHOST}",
        "variables": {"host": {"default": "localhost:5671"}},
        "security": [{"$ref": "#/components/securitySchemes/brokerUser"}],
    }


def _exchange_channel(passage: Passage) -> dict[str, Any]:
    [exchange] = [row for row in topology.EXCHANGES if row.name == passage.exchange]
    binding = {
        "is": "routingKey",
        "exchange": {
            "name": exchange.name,
            "type": exchange.type,
            "durable": True,
            "autoDelete": False,
            "vhost": topology.VHOST,
        },
    }
    return _channel(passage, passage.address, binding)


def _queue_channel(passage: Passage) -> dict[str, Any]:
    name = passage.queue_name
    queue = {"name": name, "durable": True, "exclusive": False, "autoDelete": False}
    kind = "stream" if passage.queue == topology.CREDIT_LOG_QUEUE else "quorum"
    binding = {"is": "queue", "queue": {**queue, "vhost": topology.VHOST}}
    return {**_channel(passage, name, binding), "x-queue-type": kind}


def _channel(passage: Passage, address: str, binding: dict[str, Any]) -> dict[str, Any]:
    parameters: dict[str, dict[str, Any]] = {
        name: {"description": text}
        for name, text in _PARAMETERS.items()
        if f"{{{name}}}" in address
    }
    if "message" in parameters:
        parameters["message"] |= {"enum": [entry.type for entry in passage.entries]}
    return {
        "address": address,
        "messages": {
            entry.name: {"$ref": f"#/components/messages/{entry.name}"} for entry in passage.entries
        },
        **({"parameters": parameters} if parameters else {}),
        "bindings": {"amqp": {**binding, "bindingVersion": "0.3.0"}},
    }


def _operations(passage: Passage) -> tuple[tuple[str, dict[str, Any]], ...]:
    return (
        _operation(passage, "send", passage.sender, passage.name),
        _operation(passage, "receive", passage.receiver, _queue_name(passage)),
    )


def _operation(
    passage: Passage, action: str, party: str, channel: str
) -> tuple[str, dict[str, Any]]:
    does = {"deliveryMode": 2, "mandatory": True} if action == "send" else {"ack": True}
    return f"{party}.{action}.{passage.name}", {
        "action": action,
        "x-party": party,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [
            {"$ref": f"#/channels/{channel}/messages/{entry.name}"} for entry in passage.entries
        ],
        "bindings": {"amqp": {**does, "bindingVersion": "0.3.0"}},
    }


def _message(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.type,
        "title": entry.name,
        "summary": _purpose(entry),
        "contentType": CONTENT_TYPE,
        "headers": _headers(entry),
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": schema_path(entry)},
        },
        "correlationId": {
            "description": "The visit, round or case the message belongs to.",
            "location": "$message.payload#/correlationid",
        },
        "bindings": {"amqp": {"messageType": entry.type, "bindingVersion": "0.3.0"}},
        "x-way": entry.way.value,
        "x-legal-effect": entry.legal_effect,
        "x-secret": entry.secret,
        "x-sample": sample_path(entry),
    }


def _headers(entry: Entry) -> dict[str, Any]:
    required = [SCHEMA_HEADER, SEQUENCE_HEADER]
    properties: dict[str, Any] = {
        SCHEMA_HEADER: {
            "type": "string",
            "pattern": rf"^{entry.name};{entry.major}\.(0|[1-9][0-9]*)$",
            "description": "name;major.minor as the sender knows it.",
        },
        SEQUENCE_HEADER: {**_WHOLE_NUMBER, "description": "Counts from 1 per queue, gap-free."},
        TRACEPARENT: {"type": "string", "description": "W3C trace context, where work is traced."},
        REPLAY_OF_HEADER: {"type": "string", "description": "The id this edited message replaces."},
    }
    if entry.legal_effect:
        required.append(SIGNATURE_HEADER)
        properties[SIGNATURE_HEADER] = {
            "type": "string",
            "pattern": r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$",
            "description": "Detached JWS (Ed25519) of the body bytes; keys are published as JWKS.",
        }
    if entry.way is Way.CREDIT:
        properties[CREDIT_NUMBER_HEADER] = {
            **_WHOLE_NUMBER,
            "description": "Number in the gap-free credit log; on the ways to credit systems.",
        }
    return {"type": "object", "required": required, "properties": properties}


def _purpose(entry: Entry) -> str:
    return inspect.getdoc(entry.model) or entry.name


def _queue_name(passage: Passage) -> str:
    return f"{passage.name}Queue"
