// Improvements only: without this file the page looks again by itself and shows everything.
"use strict";
// The time left counts down between two looks; the office's clock, not this machine's, is right.
const twoDigits = (number) => String(number).padStart(2, "0");
setInterval(() => {
  const clock = document.querySelector("[data-until]");
  if (!clock) return;
  clock.ahead ??= Number(clock.dataset.now) - Date.now();
  const left = Math.max(0, Math.floor((Number(clock.dataset.until) - Date.now() - clock.ahead) / 1000));
  const parts = [Math.floor(left / 60) % 60, left % 60].map(twoDigits);
  clock.textContent = [Math.floor(left / 3600), ...parts].join(":");
}, 1000);
// Tickets appear one after another.
const tickets = [...document.querySelectorAll(".tickets li")];
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
  tickets.forEach((ticket, place) => {
    ticket.classList.add("coming");
    setTimeout(() => ticket.classList.remove("coming"), 120 * (place + 1));
  });
}
