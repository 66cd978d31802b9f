// Improvements only: every page works without this file.
"use strict";
// Filters answer at once.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filters");
  if (form && event.target.tagName === "SELECT") form.requestSubmit();
});
// A form goes out once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
// A page that waits for others looks again by itself.
const live = document.querySelector("[data-refresh-seconds]");
if (live) {
  const again = async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(live.id);
    // What it waited for has come: the whole page is another one now.
    if (!fresh?.dataset.refreshSeconds) return location.reload();
    if (fresh.innerHTML !== document.getElementById(live.id).innerHTML) {
      document.getElementById(live.id).innerHTML = fresh.innerHTML;
    }
  };
  setInterval(() => again().catch(() => undefined), Number(live.dataset.refreshSeconds) * 1000);
}
// A file that is too large is refused before it travels.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.dataset.mostBytes) return;
  const most = Number(input.dataset.mostBytes);
  const large = [...input.files].some((file) => file.size > most);
  input.setCustomValidity(large ? input.dataset.tooLarge : "");
  if (large) input.reportValidity();
});
