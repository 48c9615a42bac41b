// Makes the page live: swaps the screen when the station tells of a change, sends forms without
// loading the page anew, shows how much time is left. Without this script the page works too.
"use strict";
(() => {
  const screen = document.getElementById("screen");
  const time = document.getElementById("time");
  const lost = document.getElementById("lost");
  const announce = document.getElementById("announce");
  let pressed = false; // A swap under a pressed finger would swallow the touch.
  let pending = null;
  let touched = 0;
  let end = performance.now() + time.value;

  const swap = (fragment) => {
    const focus = document.activeElement && document.activeElement.id;
    const list = document.getElementById("list");
    const top = list ? list.scrollTop : 0;
    const tap = screen.firstElementChild && screen.firstElementChild.dataset.tap;
    const field = document.getElementById("pin");
    screen.innerHTML = fragment; // Our own page's escaped fragment.
    const now = screen.firstElementChild;
    document.documentElement.lang = now.lang;
    const said = now.querySelector("[data-say]");
    if (said && announce.textContent !== said.dataset.say) announce.textContent = said.dataset.say;
    const again = now.dataset.tap === tap;
    const newList = document.getElementById("list");
    if (again && newList) newList.scrollTop = top;
    const newField = document.getElementById("pin");
    if (again && field && newField && newField.dataset.job === field.dataset.job) {
      newField.value = field.value; // What somebody is typing outlives a change of the screen.
    } else if (newField) newField.focus({ preventScroll: true });
    const target = focus && document.getElementById(focus);
    if (target) target.focus({ preventScroll: true });
  };

  const show = (fragment) => {
    if (pressed) pending = fragment;
    else swap(fragment);
  };

  const release = () => setTimeout(() => {
    pressed = false;
    if (pending !== null) swap(pending);
    pending = null;
  }, 0);

  const post = (address, body) =>
    fetch(address, { method: "POST", body, headers: { "X-Part": "screen" } });

  const touch = () => {
    const now = screen.firstElementChild;
    if (!now.dataset.tap || Date.now() - touched < 3000) return;
    touched = Date.now();
    post("/do/touch", new URLSearchParams({ tap: now.dataset.tap })).catch(() => {});
  };

  const events = new EventSource("/events");
  events.addEventListener("screen", (event) => show(event.data));
  events.addEventListener("time", (event) => {
    const [left, whole] = event.data.split(" ").map(Number);
    time.hidden = whole === 0;
    time.max = whole || 1;
    end = performance.now() + left;
  });
  events.addEventListener("open", () => { lost.hidden = true; });
  events.addEventListener("error", () => { lost.hidden = false; });

  const tick = () => {
    if (!time.hidden) time.value = Math.max(0, end - performance.now());
  };
  tick();
  setInterval(tick, 100);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    const key = event.submitter && event.submitter.dataset.key;
    if (key) { // The pad beside the field of a PIN: nothing is sent before all of it is typed.
      const pin = document.getElementById("pin");
      pin.value = key === "erase" ? pin.value.slice(0, -1) : (pin.value + key).slice(0, pin.maxLength);
      return;
    }
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const other = event.submitter && event.submitter.getAttribute("formaction");
    post(other || form.getAttribute("action"), body).catch(() => form.submit());
  });
  document.addEventListener("pointerdown", () => { pressed = true; touch(); });
  document.addEventListener("pointerup", release);
  document.addEventListener("pointercancel", release);
  document.addEventListener("keydown", touch);
})();
