// Enhancement only: without it the desk is a set of plain pages and forms.
"use strict";

const list = () => document.querySelector("[data-lijst]");

document.querySelectorAll("[data-script]").forEach((one) => { one.hidden = false; });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-kopieer]");
  if (!button) return;
  const text = document.getElementById(button.dataset.kopieer).textContent.trim();
  await navigator.clipboard.writeText(text);
  button.dataset.gedaan = "ja";
});

const move = (step) => {
  const rows = [...document.querySelectorAll("[data-rij]")];
  const here = rows.indexOf(document.activeElement);
  const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
  if (next) next.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    move(event.key === "j" ? 1 : -1);
  }
  // The first press goes to the button, the second (or Enter) decides: what is told to a publisher is not taken back.
  const button = document.querySelector(`[data-toets="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    if (document.activeElement === button) button.click();
    else button.focus();
  }
});

const fetched = async () => {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};

const follow = async () => {
  const page = await fetched();
  const [old, fresh] = [document.querySelector("[data-werk]"), page && page.querySelector("[data-werk]")];
  if (fresh) old.replaceChildren(...fresh.childNodes);
  if (document.querySelector("[data-volg]")) setTimeout(follow, 1000);
};
if (document.querySelector("[data-volg]")) setTimeout(follow, 1000);

const renew = async () => {
  const page = await fetched();
  if (!page) return;
  for (const part of ["[data-lijst]", "[data-bureau]", ".sluis-zeef"]) {
    const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
    if (old && fresh && !old.contains(document.activeElement)) old.replaceChildren(...fresh.childNodes);
  }
  document.querySelectorAll("[data-script]").forEach((one) => { one.hidden = false; });
};

if (document.querySelector("[data-wachtend]")) {
  const stream = new EventSource("/stroom");
  let last = null;
  stream.addEventListener("attenderingen", (event) => {
    document.querySelectorAll("[data-wachtend]").forEach((one) => { one.textContent = event.data; });
    if (last !== null && last !== event.data && list()) renew();
    last = event.data;
  });
  window.addEventListener("pagehide", () => stream.close());
}
