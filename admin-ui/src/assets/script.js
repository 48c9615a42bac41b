// Everything works without this file. It swaps one part of a page instead of the whole, searches while one
// types, and follows live figures.
"use strict";
(() => {
  document.documentElement.classList.add("script");
  let running, waiting;

  async function swap(address, id, typing) {
    running?.abort();                       // A slow older answer must not cover a newer one.
    running = new AbortController();
    try {
      const reply = await fetch(address, { headers: { "X-Part": id }, signal: running.signal });
      if (!reply.ok || reply.redirected) throw new Error(reply.status);
      const place = document.getElementById(id);
      const key = place.contains(document.activeElement) && document.activeElement.dataset.key;
      place.innerHTML = await reply.text();
      history[typing ? "replaceState" : "pushState"](null, "", address);
      const said = place.firstElementChild?.dataset.status;
      if (said) document.getElementById(id + "-status").textContent = said;
      if (key) place.querySelector(`[data-key="${key}"]`)?.focus();
    } catch (fault) {
      if (fault.name !== "AbortError") location.href = address;
    }
  }

  const of = form => form.action.split("?")[0] + "?" + new URLSearchParams(new FormData(form));

  addEventListener("click", event => {
    const link = event.target.closest?.("a[data-part]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    swap(link.href, link.dataset.part);
  });
  addEventListener("input", event => {
    const form = event.target.closest?.("form[data-part]");
    clearTimeout(waiting);
    if (form) waiting = setTimeout(() => swap(of(form), form.dataset.part, true), 200);
  });
  addEventListener("submit", event => {
    const form = event.target;
    if ("once" in form.dataset) {           // A second click would bring an answer without the address.
      if (form.dataset.once) event.preventDefault();
      form.dataset.once = "sent";
      return;
    }
    if (!form.dataset.part) return;
    event.preventDefault();
    clearTimeout(waiting);
    swap(of(form), form.dataset.part, true);
  });
  addEventListener("popstate", () => location.reload());
  addEventListener("pageshow", event => {   // Back to a form that was sent: it needs another key.
    if (event.persisted && document.querySelector("[data-once]")) location.reload();
  });

  const live = document.querySelector("[data-live]");
  let stream;
  function follow() {
    stream?.close();
    if (document.hidden) return;
    stream = new EventSource(live.dataset.live);
    stream.addEventListener("live", event => { live.innerHTML = event.data; });
  }
  // A part that is asked for anew each second, for as long as somebody looks, ten minutes at most.
  const again = document.querySelector("[data-again]");
  let left = 600, shown;
  async function look() {
    if (!document.hidden) {
      left -= 1;
      try {
        const reply = await fetch(again.dataset.again, { headers: { "X-Part": again.id } });
        if (!reply.ok || reply.redirected) return;
        const text = await reply.text();
        if (text !== shown) again.innerHTML = shown = text;
      } catch { /* The next second may be better. */ }
    }
    if (left > 0) setTimeout(look, 1000);
  }
  if (again) look();

  if (live) {
    follow();
    document.addEventListener("visibilitychange", follow);
  }
})();
