// Reference consumer of OneVisit credit events, written from the published contract alone:
// contracts/schemas, contracts/asyncapi.json and the JWKS of GET /v1/keys. It shares no code with
// the rest; whoever builds a credit system in another language may start from here.
//
//   npm ci && node consumer.mjs
//
//   ONEVISIT_CREDIT_SYSTEM     code of the credit system, e.g. county
//   ONEVISIT_CREDIT_AMQP_URL   amqp(s)://credit-county:…@host/onevisit
//   ONEVISIT_CREDIT_JWKS       file with the office's published keys
//   ONEVISIT_CREDIT_STATE      file it keeps its state in (made when missing)
//   ONEVISIT_CREDIT_SCHEMAS    folder of the JSON Schemas (default: contracts/schemas)
//   ONEVISIT_CREDIT_LOG_URL    address of the office, with
//   ONEVISIT_CREDIT_LOG_TOKEN  from `onevisit credit token`: missing numbers are fetched there
//
// Promises: an event counts once per number, however often and in whatever order it comes; the
// state of a subject follows the subject's own sequence; what is not signed by the office, breaks
// its schema or contradicts what came before is refused and changes nothing; an event is
// acknowledged to the office and to the broker only after the state file is on disk.

import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync,
  writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import amqp from "amqplib";

import { checked, loadSchemas, parsed, Refused, requireSignature } from "./contract.mjs";

const COORDINATOR = "coordinator";
const ACKNOWLEDGED = "CreditEventAcknowledged";
const PREFETCH = 10;
const PAGE = 100;
const PAUSE_MS = [200, 5000];

const here = fileURLToPath(new URL(".", import.meta.url));
const settings = {
  system: required("ONEVISIT_CREDIT_SYSTEM"),
  url: required("ONEVISIT_CREDIT_AMQP_URL"),
  jwks: required("ONEVISIT_CREDIT_JWKS"),
  state: required("ONEVISIT_CREDIT_STATE"),
  schemas: process.env.ONEVISIT_CREDIT_SCHEMAS ?? join(here, "../../../contracts/schemas"),
  logUrl: process.env.ONEVISIT_CREDIT_LOG_URL,
  logToken: process.env.ONEVISIT_CREDIT_LOG_TOKEN,
};

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set`);
    process.exit(2);
  }
  return value;
}

function say(event, facts = {}) {
  console.log(JSON.stringify({ event, ...facts }));
}

// ---- the state: one file, replaced as a whole

// `offset`: up to which number everything was taken in or, as the log itself has it, refused.
function loadState() {
  const known = existsSync(settings.state) ? JSON.parse(readFileSync(settings.state, "utf8")) : {};
  return { offset: 0, sequence: 0, events: {}, entries: {}, listings: {}, acknowledgements: {},
    refused: {}, passedOver: {}, ...known };
}

function saveState(state) {
  const draft = `${settings.state}.new`;
  const file = openSync(draft, "w", 0o600);
  writeSync(file, JSON.stringify(state));
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, settings.state);
}

// Gives true when the event is new. A number never stands for two events.
function takeIn(state, event, envelope) {
  const known = state.events[event.number];
  if (known && known.id !== event.id)
    throw new Refused(`number ${event.number} was given to another event before`);
  if (known) return false;
  state.events[event.number] = { id: event.id, type: event.type, subject: envelope.subject };
  advance(state);
  updateListing(state, event.type.split(".")[0], envelope.data);
  return true;
}

function advance(state) {
  while (state.events[state.offset + 1] || state.passedOver[state.offset + 1]) state.offset += 1;
}

function hasGap(state) {
  const numbers = Object.keys({ ...state.events, ...state.passedOver });
  return numbers.length > state.offset;
}

function refuse(state, id, reason) {
  state.refused[id] = reason;
  saveState(state);
  say("refused", { message_id: id, reason });
}

const STANDS = { EntityListed: true, EntityCorrected: true, EntityDelisted: false };

// Each listing follows the subject's own sequence; the subject is on a list while any of its
// listings there stands, whichever organ made it.
function updateListing(state, name, data) {
  if (!(name in STANDS)) return;
  const known = state.entries[data.listing_id];
  if (known && known.sequence >= data.sequence) return;
  const key = `${data.subject}|${data.list_code}`;
  state.entries[data.listing_id] = { key, listed: STANDS[name], sequence: data.sequence };
  const all = Object.values(state.entries).filter((entry) => entry.key === key);
  state.listings[key] = { listed: all.some((entry) => entry.listed),
    sequence: Math.max(...all.map((entry) => entry.sequence)) };
}

// ---- acknowledgements: written with the state, so that a repeated one is the same to the byte

function acknowledgement(state, event, correlation) {
  const known = state.acknowledgements[event.number];
  if (known) return known;
  state.sequence += 1;
  const id = uuid7();
  const envelope = {
    specversion: "1.0",
    id,
    source: `/credit/${settings.system}`,
    type: `${ACKNOWLEDGED}.v1`,
    subject: String(event.number),
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    dataschema: `urn:onevisit:schema:${ACKNOWLEDGED}:1.0`,
    sequence: String(state.sequence),
    correlationid: correlation,
    data: { number: event.number, message_id: event.id },
  };
  const written = { id, sequence: state.sequence, body: JSON.stringify(envelope) };
  state.acknowledgements[event.number] = written;
  return written;
}

function uuid7() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function publishAcknowledgement(channel, { id, sequence, body }, correlation) {
  channel.publish("onevisit.inbound", `credit.${settings.system}.${ACKNOWLEDGED}.v1`,
    Buffer.from(body), {
      contentType: "application/cloudevents+json",
      type: `${ACKNOWLEDGED}.v1`,
      messageId: id,
      correlationId: correlation,
      userId: `credit-${settings.system}`, // compared by the broker with who we are
      timestamp: Math.floor(Date.now() / 1000),
      persistent: true,
      mandatory: true,
      headers: { "x-schema": `${ACKNOWLEDGED};1.0`, "x-seq": String(sequence) },
    });
  return channel.waitForConfirms();
}

// ---- events, from the queue and from the log

function ofDelivery({ properties, content }) {
  const headers = properties.headers ?? {};
  if (properties.userId !== COORDINATOR) throw new Refused(`sent by ${properties.userId}`);
  return { id: properties.messageId, type: properties.type, schema: headers["x-schema"],
    number: Number(headers["x-credit-number"]), signature: headers["x-jws"], body: content };
}

function ofLog(entry) {
  const body = Buffer.from(entry.body, "base64");
  const schema = String(parsed(body).dataschema).split(":").slice(-2).join(";");
  return { id: entry.message_id, type: entry.type, schema, number: entry.number,
    signature: entry.signature, body };
}

async function handle(consumer, event) {
  requireSignature(event.body, event.signature, settings.jwks);
  const envelope = checked(event, consumer.schemas);
  const isNew = takeIn(consumer.state, event, envelope);
  const answer = acknowledgement(consumer.state, event, envelope.correlationid);
  saveState(consumer.state);
  await publishAcknowledgement(consumer.channel, answer, envelope.correlationid);
  if (isNew) say("taken-in", { number: event.number, type: event.type });
}

// The log is the authority: what is refused as it stands there will never come otherwise.
async function handleLogged(consumer, entry) {
  try {
    await handle(consumer, ofLog(entry));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    consumer.state.passedOver[entry.number] = entry.message_id;
    advance(consumer.state);
    refuse(consumer.state, entry.message_id, error.message);
  }
}

// What is missing before the highest number we saw, or came while we were away.
async function recover(consumer) {
  if (!settings.logUrl) return;
  for (let after = consumer.state.offset, page = [1]; page.length > 0;) {
    const answer = await fetch(
      new URL(`/v1/credit-events?after=${after}&limit=${PAGE}`, settings.logUrl),
      { headers: { authorization: `Bearer ${settings.logToken}` } });
    if (!answer.ok) throw new Error(`the log answered ${answer.status}`);
    page = await answer.json();
    for (const entry of page) await handleLogged(consumer, entry);
    after = page.at(-1)?.number ?? after;
  }
}

// A log that is away leaves the gap open; the next message, or the next start, asks again.
function recovered(consumer) {
  return recover(consumer).catch((error) => say("log-unavailable", { reason: error.message }));
}

async function onMessage(consumer, message) {
  try {
    await handle(consumer, ofDelivery(message));
    consumer.channel.ack(message);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refuse(consumer.state, message.properties.messageId ?? "", error.message);
    consumer.channel.reject(message, false); // to the dead letters, where a person sees it
  }
  if (hasGap(consumer.state)) await recovered(consumer);
}

// One session: one message after the other, until anything about the connection is doubtful.
async function session(schemas, state) {
  const connection = await amqp.connect(settings.url, { timeout: 10_000 });
  const died = new Promise((_, reject) => {
    connection.on("error", reject);
    connection.on("close", () => reject(new Error("connection closed")));
  });
  stop.now = () => connection.close();
  const channel = await connection.createConfirmChannel();
  channel.on("error", () => connection.close().catch(() => {}));
  await channel.prefetch(PREFETCH);
  const consumer = { channel, schemas, state };
  await recovered(consumer);
  let turn = Promise.resolve();
  const queue = `onevisit.credit.${settings.system}.events`;
  await channel.consume(queue, (message) => {
    if (message === null) return void connection.close().catch(() => {}); // the queue was deleted
    turn = turn.then(() => onMessage(consumer, message));
    turn.catch((error) => {
      say("interrupted", { reason: error.message });
      connection.close().catch(() => {});
    });
  });
  say("consuming", { queue, offset: state.offset });
  await died;
}

const stop = { asked: false, now: async () => {} };
for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => {
    stop.asked = true;
    stop.now().catch(() => {}).finally(() => process.exit(0));
  });

const schemas = loadSchemas(settings.schemas);
for (let failures = 0; !stop.asked; failures += 1) {
  try {
    await session(schemas, loadState());
  } catch (error) {
    say("disconnected", { reason: error.message });
  }
  const pause = Math.min(PAUSE_MS[1], PAUSE_MS[0] * 2 ** Math.min(failures, 10));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * pause));
}
