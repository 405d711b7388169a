// The only script: says what is new without moving anything, and the shortcuts of one key.
// Every page does without it.

const shortcuts = document.body.dataset.shortcuts === "on";
const items = () => [...document.querySelectorAll("main [data-item]")];

// New things

// The archive may grow by hundreds of articles a second; how many are found is asked so rarely.
const ASK_MS = 3000;

function announce(place, count) {
  if (count < 1) return;
  const link = place.querySelector("a") ?? place.appendChild(document.createElement("a"));
  link.href = place.dataset.nowHref;
  link.textContent = place.dataset.text.replace("{n}", count.toLocaleString("en"));
}

function watchMatches(place) {
  // A later revision is the same match again.
  const seen = new Set();
  const stream = new EventSource("/v1/stream");
  stream.addEventListener("match", (event) => {
    const match = JSON.parse(event.data);
    if (place.dataset.alert && match.alert_id !== place.dataset.alert) return;
    seen.add(match.match_id);
    announce(place, seen.size);
  });
}

function watchArticles(place) {
  const shown = Number(place.dataset.total);
  const address = new URL(place.dataset.nowHref, location.href);
  address.pathname = "/v1/search";
  address.searchParams.set("limit", "0");
  let stream = null;
  let waiting = false;
  const ask = async () => {
    waiting = false;
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) announce(place, (await answer.json()).total - shown);
  };
  const open = () => {
    stream = new EventSource("/v1/stream");
    stream.addEventListener("article", () => {
      if (!waiting) setTimeout(ask, ASK_MS);
      waiting = true;
    });
  };
  // Browsers hold six connections to a server: tabs in the background leave theirs to others.
  document.addEventListener("visibilitychange", () => {
    stream.close();
    if (document.hidden) return;
    open();
    ask();
  });
  open();
}

const place = document.querySelector("[data-live]");
if (place?.dataset.live === "match") watchMatches(place);
else if (place) watchArticles(place);

// Shortcuts

function current() {
  return items().findIndex((item) => item.getAttribute("aria-current") === "true");
}

function select(item) {
  for (const each of items()) each.removeAttribute("aria-current");
  item.setAttribute("aria-current", "true");
}

function move(step) {
  const all = items();
  const at = current();
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  next?.querySelector("[data-open]")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const help = document.getElementById("shortcuts");
// By the place on the keyboard, so that they are there on an Arabic layout; the two signs also by
// what they write, because on some layouts they stand elsewhere.
const actions = {
  KeyJ: () => move(1),
  KeyK: () => move(-1),
  KeyO: () => items()[current()]?.querySelector("[data-open]")?.click(),
  KeyV: () => (items()[current()] ?? document).querySelector("[data-outside]")?.click(),
  Slash: () => {
    const field = document.getElementById("q");
    if (field) field.select();
    else location.assign("/search");
  },
  Help: () => help?.showModal(),
};

function nameOf(event) {
  if (event.key === "?" || event.key === "؟" || (event.code === "Slash" && event.shiftKey)) return "Help";
  if (event.key === "/") return "Slash";
  return event.shiftKey ? "" : event.code;
}

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (typing(event.target) || help?.open) return;
  const action = actions[nameOf(event)];
  if (!action) return;
  event.preventDefault();
  action();
}

if (shortcuts) {
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", (event) => {
    const item = event.target.closest?.("[data-item]");
    if (item) select(item);
  });
  document.querySelector("[data-shortcut-help]")?.addEventListener("click", actions.Help);
}
