// The contract as a reader checks it: JSON Schemas of the messages, signatures of the office.

import { createPublicKey, verify } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const OFFICE = "office";

// What will never work as it is: it goes to the dead letters with this reason.
export class Refused extends Error {}

export function loadSchemas(folder) {
  const strict = new Ajv2020({ strict: false });
  const lenient = new Ajv2020({ strict: false, removeAdditional: "all" });
  const schemas = new Map();
  addFormats(strict);
  addFormats(lenient);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const schema = JSON.parse(readFileSync(join(folder, file), "utf8"));
    schemas.set(schema["x-schema"].replace(/;(\d+)\..*/, ".v$1"), {
      minor: minorOf(schema["x-schema"]),
      strict: strict.compile(schema),
      lenient: lenient.compile(schema),
    });
  }
  return schemas;
}

function minorOf(written) {
  return Number(/^[A-Za-z]\w*;[1-9]\d*\.(\d+)$/.exec(written ?? "")?.[1] ?? NaN);
}

// A newer minor may add fields, which we ignore; anything else must fit to the letter.
export function checked(event, schemas) {
  const known = schemas.get(event.type);
  const minor = minorOf(event.schema);
  if (!known || Number.isNaN(minor) || event.schema.split(".")[0].replace(";", ".v") !== event.type)
    throw new Refused(`unknown message ${event.type} ${event.schema}`);
  const envelope = parsed(event.body);
  const validate = minor > known.minor ? known.lenient : known.strict;
  if (!validate(envelope))
    throw new Refused(`schema: ${validate.errors[0].instancePath} ${validate.errors[0].message}`);
  if (envelope.id !== event.id) throw new Refused("the envelope's id is not the message id");
  if (envelope.type !== event.type) throw new Refused("the envelope's type is not the message's");
  if (Number(envelope.sequence) !== event.number)
    throw new Refused("the number is not the one that was signed");
  return envelope;
}

export function parsed(body) {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new Refused("the body is no JSON");
  }
}

// Detached JWS (RFC 7515, RFC 8037): `<protected>..<signature>` over the very bytes of the body.
// The log goes back for years: the keys that count are those of the time the event itself says.
export function requireSignature(body, jws, jwksFile) {
  const [protectedPart, payload, signature] = (jws ?? "").split(".");
  if (!signature || payload !== "") throw new Refused("no detached signature");
  if (Buffer.from(signature, "base64url").toString("base64url") !== signature)
    throw new Refused("the signature is not base64url");
  const header = Buffer.from(protectedPart, "base64url").toString();
  if (header !== JSON.stringify({ alg: "EdDSA", kid: OFFICE }))
    throw new Refused("not signed by the office");
  const signed = Buffer.from(`${protectedPart}.${body.toString("base64url")}`);
  const fits = officeKeys(jwksFile, Date.parse(parsed(body)?.time) / 1000).some((key) =>
    verify(null, signed, key, Buffer.from(signature, "base64url")));
  if (!fits) throw new Refused("the signature does not fit the body");
}

// The file is read anew each time: keys change, and a revoked one must count no longer.
function officeKeys(jwksFile, at) {
  const counts = (jwk) => !("revoked" in jwk) && (jwk.nbf ?? at) <= at && at < (jwk.exp ?? Infinity);
  return JSON.parse(readFileSync(jwksFile, "utf8")).keys
    .filter((jwk) => jwk.kid === OFFICE && jwk.kty === "OKP" && jwk.crv === "Ed25519" && counts(jwk))
    .map((jwk) => createPublicKey({ key: jwk, format: "jwk" }));
}
