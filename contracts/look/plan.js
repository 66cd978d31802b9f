// Pages of a plan: items are found while typing, the draw is counted while it is described.
"use strict";
const PAUSE = 400;

// Items are narrowed at once; what is ticked stays in sight.
const filter = document.querySelector("[data-filter]");
if (filter) {
  const pick = document.getElementById(filter.dataset.filter);
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    let heading = null;
    for (const each of pick.children) {
      if (each.tagName === "H4") {
        heading = each;
        heading.hidden = true;
      } else if (each.dataset.text) {
        const ticked = each.querySelector("input").checked;
        each.hidden = !ticked && !each.dataset.text.toLowerCase().includes(wanted);
        if (!each.hidden && heading) heading.hidden = false;
      }
    }
  });
}

// The API counts whom the conditions meet; the button "count" gives the same without a script.
const sheet = document.getElementById("line-form");
const tally = document.getElementById("tally");
const WORDS = ["tags", "regions", "industries", "affiliations", "scales", "objects"];
const TICKED = ["kinds", "risk_classes", "events", "lists"];
const SINGLE = ["event_months", "key_unit", "selection", "strata_by", "number", "weighting", "weight_months"];
const words = (text) => text.split(/[\s,，、;；]+/).filter(Boolean);

const fraction = (text) => {
  const percent = /^(\d{1,3})(?:\.(\d{1,4}))?\s*[%％]$/.exec(text.trim());
  if (percent) {
    const decimals = percent[2] || "";
    return `${Number(percent[1] + decimals)}/${100 * 10 ** decimals.length}`;
  }
  const parts = /^(\d{1,6})\s*\/\s*([1-9]\d{0,5})$/.exec(text.trim());
  return parts ? `${parts[1]}/${parts[2]}` : null;
};

const query = (entered) => {
  const asked = new URLSearchParams();
  for (const name of WORDS) {
    for (const each of words(entered.get(name) || "")) asked.append(name, each);
  }
  for (const name of TICKED) for (const each of entered.getAll(name)) asked.append(name, each);
  for (const name of SINGLE) if (entered.get(name)) asked.set(name, entered.get(name));
  for (const line of (entered.get("gradings") || "").split("\n")) {
    const [scheme, values] = line.replace("：", ":").split(":");
    for (const each of words(values || "")) asked.append("gradings", `${scheme.trim()}:${each}`);
  }
  const ratios = entered.getAll("ratio");
  const least = entered.getAll("minimum");
  entered.getAll("stratum").forEach((stratum, row) => {
    if (!ratios[row].trim()) return;
    const minimum = least[row].trim();
    const share = fraction(ratios[row]);
    if (share === null || !/^\d*$/.test(minimum)) throw new Error(ratios[row]);
    asked.append("strata", `${stratum.trim() || "*"}:${share}${minimum ? `:${minimum}` : ""}`);
  });
  if (entered.get("weighting") === "own") {
    const values = entered.getAll("weight_value");
    const weights = entered.getAll("weight");
    entered.getAll("weight_by").forEach((by, row) => {
      const value = values[row].trim();
      if (!value && !weights[row].trim()) return;
      if (!value || !/^[1-9]\d{0,5}$/.test(weights[row].trim())) throw new Error(weights[row]);
      asked.append("weights", `${by}:${value}:${weights[row].trim()}`);
    });
  }
  return asked;
};

if (sheet && tally) {
  const shown = (name) => tally.querySelector(`[data-of=${name}]`);
  const named = (stratum) => ({ "*": tally.dataset.rest, "-": tally.dataset.none })[stratum] || stratum;
  let waiting = 0;
  let running = new AbortController();
  const count = async () => {
    running.abort();
    running = new AbortController();
    const asked = query(new FormData(sheet));
    asked.set("plan_id", tally.dataset.plan);
    const answer = await fetch(`/v1/frames/count?${asked}`, { signal: running.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    for (const name of ["eligible", "places", "expected_draw"]) shown(name).textContent = found[name];
    const strata = Object.entries(found.expected);
    const label = (name) => (strata.length > 1 ? `${named(name)} ` : "");
    shown("strata").textContent = strata
      .map(([name, number]) => `${label(name)}${number} / ${found.by_stratum[name] ?? found.eligible}`)
      .join("；");
    showWeights(found.weights, label);
    tally.classList.remove("stale");
  };
  const showWeights = (groups, label) => {
    const table = shown("weights");
    table.hidden = groups.length === 0;
    table.tBodies[0].replaceChildren(
      ...groups.map((each) => {
        const row = document.createElement("tr");
        const chance = each.certain ? tally.dataset.certain : each.chance;
        for (const text of [`${label(each.stratum)}${each.weight}`, each.eligible, each.expected, chance, each.times]) {
          const cell = document.createElement("td");
          cell.className = "num";
          cell.textContent = text;
          row.append(cell);
        }
        return row;
      }),
    );
  };
  const failed = (error) => {
    if (error.name !== "AbortError") shown("strata").textContent = tally.dataset.failed;
  };
  const later = () => {
    tally.classList.add("stale");
    clearTimeout(waiting);
    waiting = setTimeout(() => count().catch(failed), PAUSE);
  };
  sheet.addEventListener("input", later);
  later();
}

// What takes a while to work out comes after the page.
for (const place of document.querySelectorAll("[data-load]")) {
  const load = async () => {
    place.setAttribute("aria-busy", "true");
    place.querySelector("p").append(` ${place.dataset.loading}`);
    const answer = await fetch(place.dataset.load, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.innerHTML = page.getElementById("check").innerHTML;
    for (const each of place.querySelectorAll("details")) each.open = false; // the lines follow
    place.removeAttribute("aria-busy");
  };
  load().catch(() => undefined);
}

// A trial of lines says how far it is; without the script the same page comes when it is ready.
const trying = (trial) => {
  const steps = document.getElementById("steps");
  const [bar, said] = steps.children;
  const tell = (step) => {
    bar.max = step.of;
    bar.value = step.done;
    said.textContent = `${trial.dataset.reading} ${step.done} / ${step.of} · ${step.line}`;
  };
  const show = (page, address) => {
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    history.replaceState(null, "", `?${address}`);
    document.querySelector("main").replaceWith(fresh);
    trying(document.getElementById("what-if"));
    fresh.querySelector("h2, .problem")?.scrollIntoView();
  };
  const come = async (address) => {
    const answer = await fetch(`${trial.dataset.steps}?${address}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (waiting + part.value).split("\n");
      waiting = lines.pop();
      for (const step of lines.map(JSON.parse)) step.page ? show(step.page, address) : tell(step);
    }
  };
  trial.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URLSearchParams(new FormData(trial)).toString();
    steps.hidden = false;
    said.textContent = trial.dataset.reading;
    come(address).catch(() => {
      said.textContent = trial.dataset.failed;
    });
  });
};
const trial = document.getElementById("what-if");
if (trial) trying(trial);
