// Improvements only: the form works without this file. Keeps a draft on this device while a report
// is being written, shows what is still open, and jumps to it.
"use strict";
const head = document.querySelector(".visit-head");
const form = document.getElementById("findings");
const key = head && `onevisit-draft ${head.dataset.visit} ${head.dataset.version}`;

// Files can't be restored, and what is kept already comes with the page.
const fieldsOf = () =>
  [...new FormData(form)].filter(([name, value]) => name !== "csrf" && typeof value === "string" && !name.endsWith(".kept"));

const answered = (question) =>
  [...question.querySelectorAll("input, select, textarea")].some((field) =>
    field.name.startsWith("n.") || field.type === "hidden" ? false : field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim()
  );

const showProgress = () => {
  const questions = [...form.querySelectorAll("[data-question]")];
  const done = questions.filter(answered).length;
  document.getElementById("progress").textContent = `${done} / ${questions.length} 项`;
  const bar = document.getElementById("bar");
  bar.hidden = false;
  bar.max = questions.length;
  bar.value = done;
};

const showSaved = (words) => {
  const saved = document.getElementById("saved");
  saved.hidden = false;
  saved.textContent = words + (navigator.onLine ? "" : " · 离线");
};

const save = () => {
  localStorage.setItem(key, JSON.stringify(fieldsOf()));
  showSaved(`已保存在本机 ${new Date().toTimeString().slice(0, 5)}`);
};

const restore = () => {
  const draft = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!draft) return;
  // The draft is newer than what the page came with: a tick that was taken away stays away.
  for (const field of form.elements) if (field.type === "radio" || field.type === "checkbox") field.checked = false;
  for (const [name, value] of draft) {
    for (const field of form.elements) {
      if (field.name !== name || field.type === "file" || field.type === "hidden") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  adoptSince(draft);
  showSaved("已恢复未报送的草稿");
};

// What an officer adopted from an expert after the draft was saved: the draft knows nothing of it.
const adoptSince = (draft) => {
  const known = new Set(draft.map(([name, value]) => `${name} ${value}`));
  for (const adopted of form.querySelectorAll("input[name$='.adopted']")) {
    if (known.has(`${adopted.name} ${adopted.value}`)) continue;
    const check = adopted.name.slice(0, -".adopted".length);
    const choose = (name, value) => { for (const one of form.elements) if (one.name === name && one.value === value) one.checked = true; };
    for (const [name, words] of [["problem", adopted.dataset.problem], ["legal_basis", adopted.dataset.basis]]) {
      const field = form.elements[`${check}.${name}`];
      if (!field.value.includes(words)) field.value = [field.value, words].filter(Boolean).join("；");
    }
    choose(`${check}.checked`, "yes");
    const answer = adopted.dataset.answer;
    if (answer && !form.querySelector(`input[name="${CSS.escape(answer)}"]:checked`)) choose(answer, "否");
  }
  save();
};

if (form) {
  // A refused form comes back with its own values: they are newer than the draft.
  if (!document.querySelector(".problem")) restore();
  showProgress();
  form.addEventListener("input", () => { save(); showProgress(); });
  const next = document.getElementById("next");
  next.hidden = false;
  next.addEventListener("click", () => {
    const open = [...form.querySelectorAll("[data-question]")].find((question) => !answered(question));
    (open ?? form.lastElementChild).scrollIntoView({ behavior: "smooth", block: "start" });
  });
} else if (head && head.dataset.state === "reported") {
  // The report is stored: the drafts of this visit are done with.
  for (const stored of Object.keys(localStorage)) {
    if (stored.startsWith(`onevisit-draft ${head.dataset.visit} `)) localStorage.removeItem(stored);
  }
}
const problem = document.querySelector(".problem");
if (problem) problem.focus();
