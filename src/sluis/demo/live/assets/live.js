// The page without this script refreshes as a whole. With it, only what changed is put in place, when the service says so.
"use strict";
(() => {
  const parts = () => document.querySelectorAll("[data-deel]");
  let source = null;
  let busy = false;
  let again = false;

  const put = (fresh) => {
    for (const old of parts()) {
      const now = fresh.querySelector(`[data-deel="${old.dataset.deel}"]`);
      // Whoever is reading or typing here with the keyboard keeps the place.
      if (now && !old.contains(document.activeElement) && now.innerHTML !== old.innerHTML) {
        old.replaceChildren(...now.childNodes);
      }
    }
  };

  const look = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
      if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* The service restarts; the stream tells when it is back. */ }
    busy = false;
    if (again) { again = false; setTimeout(look, 1000); }
  };

  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource("/stroom");
    source.addEventListener("stand", look);
  };

  const close = () => { if (source) source.close(); source = null; };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  open();
})();
