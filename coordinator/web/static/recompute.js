// Recomputes a draw from its own record, in this browser, by WebCrypto alone (joint-draw/v1).
// Nothing is sent anywhere: one download, the rest is arithmetic. Words come from the page.
"use strict";
const text = new TextEncoder();
const H = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
// Sixteen-bit order of strings is not that of bytes beyond the basic plane.
const byBytes = (a, b) => order(hex(text.encode(a)), hex(text.encode(b)));

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
const number64 = (value) => {
  const eight = new Uint8Array(8);
  new DataView(eight.buffer).setBigUint64(0, BigInt(value));
  return eight;
};
const sized = (bytes) => joined([number64(bytes.length), bytes]);
async function hmac(key, message) {
  const made = key instanceof CryptoKey ? key : await hmacKey(key);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, message));
}
const hmacKey = (bytes) =>
  crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

// ---- the archive, as everybody downloads it ----

async function unzip(buffer) {
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const [size, name, extra, remark] = [[20, 4], [28, 2], [30, 2], [32, 2]].map(([where, width]) =>
      width === 4 ? view.getUint32(at + where, true) : view.getUint16(at + where, true));
    const local = view.getUint32(at + 42, true);
    const path = new TextDecoder().decode(new Uint8Array(buffer, at + 46, name));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = new Blob([new Uint8Array(buffer, start, size)]).stream();
    const plain = packed.pipeThrough(new DecompressionStream("deflate-raw"));
    const body = new Uint8Array(await new Response(plain).arrayBuffer());
    files.set(path.slice(path.indexOf("/") + 1), body);
    at += 46 + name + extra + remark;
  }
  return files;
}

class RecordFiles {
  constructor(files) { this.files = files; }
  bytes(name) {
    const found = this.files.get(name);
    if (!found) throw new Error(name);
    return found;
  }
  text(name) { return new TextDecoder("utf-8", { fatal: true }).decode(this.bytes(name)); }
  json(name) { return JSON.parse(this.text(name)); }
  lines(name) { return this.text(name).split("\n").slice(1, -1); }
  rows(name) { return this.lines(name).map((line) => line.split("\t")); }
  in(folder) { return [...this.files.keys()].filter((name) => name.startsWith(`${folder}/`)).sort(byBytes); }
}

// ---- commitments: sums, hashes, chains, trees ----

async function checkSums(record) {
  for (const line of record.text("SHA256SUMS").trimEnd().split("\n")) {
    const [sum, name] = [line.slice(0, 64), line.slice(66)];
    if (hex(await H(record.bytes(name))) !== sum) throw new Error(name);
  }
}

async function checkHashes(record) {
  const commit = record.json("commit.json"), transcript = record.json("transcript.json");
  const wanted = [["rules.json", commit.rules_hash], ["commit.json", transcript.commit_hash],
    ["receipts.json", transcript.receipts_hash], ["units.tsv", transcript.units_hash]].filter(([, sum]) => sum !== null);
  for (const [name, sum] of wanted) {
    if (hex(await H(record.bytes(name))) !== sum) throw new Error(name);
  }
  return commit;
}

async function checkChains(record, commit) {
  const values = record.json("reveals.json").attempts.at(-1).values;
  for (const [code, head] of Object.entries(commit.heads)) {
    let state = bytesOf(values[code] ?? "");
    for (let step = 0; step < commit.attempt; step += 1) state = await H(state);
    if (hex(state) !== head) throw new Error(code);
  }
  return values;
}

async function rootOf(record, name, key) {
  const salted = await hmacKey(bytesOf(key));
  let level = [];
  for (const line of record.lines(name)) {
    const bytes = text.encode(line);
    level.push(await H([0], await hmac(salted, bytes), bytes));
  }
  if (!level.length) return hex(await H());
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(await H([1], level[at], level[at + 1]));
    if (level.length % 2) above.push(level.at(-1));
    level = above;
  }
  return hex(level[0]);
}

async function checkRoots(record, commit) {
  const published = { ...record.json("transcript.json").roots };
  for (const folder of ["frames", "rosters", "bars"]) {
    for (const [code, each] of Object.entries(commit[folder])) published[`${folder}/${code}.tsv`] = each;
  }
  const keys = record.json("salts.json");
  for (const [name, { count, root }] of Object.entries(published)) {
    const found = await rootOf(record, name, keys[name]);
    if (found !== root || record.lines(name).length !== count) throw new Error(name);
  }
  return Object.keys(published).length;
}

// ---- the draw ----

async function secretOf(record, commit, values) {
  const codes = Object.keys(values).sort(byBytes);
  const otc = await H(...codes.flatMap((code) => [sized(text.encode(code)), sized(bytesOf(values[code]))]));
  const sources = new Map(record.json("reveals.json").sources.map((each) => [each.name, each.value]));
  const outside = commit.sources.flatMap(({ name }) =>
    [sized(text.encode(name)), sized(bytesOf(sources.get(name)))]);
  return hmac(otc, joined([sized(await H(record.bytes("commit.json"))), ...outside]));
}

async function stage(secret, label) {
  const key = hex(await hmac(secret, joined([text.encode(`joint-draw/v1|${label}`), [1]])));
  return async (of) => hex(await H(text.encode(key + of)));
}

async function ticketsOf(rows, byPlace, byObject) {
  const places = new Map();
  for (const [thing, place] of rows) {
    const rank = await byPlace(thing);
    const best = places.get(place);
    if (!best || order(rank, best[0]) < 0 || (rank === best[0] && byBytes(thing, best[1]) < 0)) {
      places.set(place, [rank, thing]);
    }
  }
  const entries = [];
  for (const [thing, place, stratum, weight] of rows) {
    const ticket = await byObject(places.get(place)[1] === thing ? place : thing);
    entries.push({ thing, stratum, weight: BigInt(weight), ticket });
  }
  return entries;
}

const byTicket = (a, b) => order(a.ticket, b.ticket) || byBytes(a.thing, b.thing);

function taken(entries, size, weighted) {
  if (!weighted) return entries.sort(byTicket).slice(0, size).map((each) => ({ ...each, certain: 0 }));
  let [left, total] = [BigInt(size), entries.reduce((sum, each) => sum + each.weight, 0n)];
  const certain = [], rest = [];
  for (const each of entries.sort((a, b) => order(b.weight, a.weight) || byTicket(a, b))) {
    if (!rest.length && left > 0n && left * each.weight >= total) {
      certain.push(each); left -= 1n; total -= each.weight;
    } else rest.push(each);
  }
  const key = (each) => {
    const odd = 2n * BigInt(`0x${each.ticket.slice(0, 16)}`) + 1n;
    return [odd * (total - left * each.weight), ((1n << 65n) - odd) * left * each.weight];
  };
  const compare = (a, b) => {
    const [[up, down], [over, under]] = [key(a), key(b)];
    return order(up * under, over * down) || byTicket(a, b);
  };
  return [...certain.sort(byTicket).map((each) => ({ ...each, certain: 1 })),
    ...rest.sort(compare).slice(0, Number(left)).map((each) => ({ ...each, certain: 0 }))];
}

function sizeOf(rule, stratum, available) {
  if (rule.number !== null) return Math.min(available, rule.number);
  const { ratio: [share, of], minimum } = rule.strata[stratum] ?? rule.strata["*"];
  return Math.min(available, Math.max(minimum, Math.ceil((available * share) / of)));
}

async function drawLine(record, secret, code, rule) {
  const active = record.rows(`frames/${code}.tsv`).filter((row) => row[4] === "-");
  const entries = await ticketsOf(active, await stage(secret, "place"), await stage(secret, "object"));
  const strata = new Map();
  for (const each of entries) {
    const stratum = rule.number === null ? each.stratum : "*";
    strata.set(stratum, [...(strata.get(stratum) ?? []), each]);
  }
  const drawn = [];
  for (const stratum of [...strata.keys()].sort(byBytes)) {
    const own = strata.get(stratum);
    taken(own, sizeOf(rule, stratum, own.length), rule.weighted).forEach((each, index) =>
      drawn.push([each.thing, index + 1, each.ticket, each.certain, stratum].join("\t")));
  }
  return { drawn, recomputed: entries.length };
}

async function checkItems(record, secret, code, rule, drawn) {
  if (rule.items === null) return true;
  const ticket = await stage(secret, `item|${code}`);
  const lines = [];
  for (const row of drawn) {
    const thing = row.split("\t")[0], found = [];
    for (const item of rule.items.from) found.push([item, await ticket(`${thing}|${item}`)]);
    found.sort((a, b) => order(a[1], b[1]) || byBytes(a[0], b[0]));
    const all = [...found.slice(0, rule.items.choose), ...rule.items.always.map((item) => [item, "-"])];
    all.sort((a, b) => byBytes(a[0], b[0]));
    lines.push(...all.map(([item, value]) => [thing, item, value].join("\t")));
  }
  return lines.join("\n") === record.lines(`items/${code}.tsv`).join("\n");
}

// ---- what the page says ----

function say(place, tone, icon, words, note = "") {
  const line = document.createElement("li");
  const pill = document.createElement("span");
  pill.className = `pill ${tone}`;
  pill.textContent = `${icon} ${words}`;
  line.append(pill, ` ${note}`);
  place.append(line);
}
const filled = (words, facts) => words.replace(/%\((\w+)\)s/g, (_, name) => facts[name]);

async function step(place, words, ok, act) {
  try {
    const result = await act();
    say(place, "good", "✓", ok, filled(words.about[ok] ?? "", { n: result }));
    return result;
  } catch (error) {
    say(place, "bad", "!", words.differs, `${ok}: ${error.message}`);
    throw error;
  }
}

async function recompute(place, words, address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const record = new RecordFiles(await unzip(await answer.arrayBuffer()));
  await step(place, words, words.sums, () => checkSums(record));
  const commit = await step(place, words, words.hashes, () => checkHashes(record));
  const values = await step(place, words, words.chains, () => checkChains(record, commit));
  await step(place, words, words.roots, () => checkRoots(record, commit));
  const secret = await secretOf(record, commit, values);
  const rules = record.json("rules.json").lines;
  let equal = true;
  for (const code of Object.keys(rules).sort(byBytes)) {
    const { drawn, recomputed } = await drawLine(record, secret, code, rules[code]);
    const published = record.lines(`drawn/${code}.tsv`);
    const differing = drawn.filter((row, index) => row !== published[index]).length;
    const same = differing === 0 && drawn.length === published.length
      && await checkItems(record, secret, code, rules[code], drawn);
    const facts = { line: code, tickets: recomputed, drawn: drawn.length, published: published.length };
    say(place, same ? "good" : "bad", same ? "✓" : "!", same ? words.equal : words.unequal,
      filled(words.line, facts));
    equal = equal && same;
  }
  for (const unchecked of words.unchecked) say(place, "warn", "○", words.notChecked, unchecked);
  return equal;
}

const box = document.getElementById("recompute");
if (box) {
  const words = JSON.parse(document.getElementById("recompute-words").textContent);
  const [button, place, verdict] = ["button", "ol", "[role=status]"].map((what) => box.querySelector(what));
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    place.replaceChildren();
    verdict.textContent = words.working;
    try {
      if (!globalThis.crypto?.subtle) throw new Error(words.insecure);
      const equal = await recompute(place, words, box.dataset.record);
      verdict.textContent = equal ? words.allEqual : words.someDiffer;
      box.dataset.verdict = equal ? "equal" : "unequal";
    } catch (error) {
      verdict.textContent = `${words.stopped} ${error.message}`;
      box.dataset.verdict = "stopped";
    }
    button.disabled = false;
  });
}
