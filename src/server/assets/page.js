const form = /** @type {HTMLFormElement} */ (document.getElementById("search"));
const field = /** @type {HTMLInputElement} */ (document.getElementById("q"));
const carried = document.getElementById("carried");
const said = document.getElementById("announce");
const root = document.body.dataset.root;
const isLive = form.hasAttribute("data-live");
const answers = new Latest();
const completions = new Latest();
/** Screen readers hear of an answer when typing pauses, not at every key. */
const PAUSE = 700;
let saying;
/** Whether what is in the address was asked for on purpose; the next key then begins a new entry of the history. */
let committed = true;

const answer = () => document.getElementById("answer");

/**
 * What a form asks for.
 * @param {HTMLFormElement} from
 */
function fields(from) {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(from)) wanted.append(name, String(value));
  return wanted;
}

/**
 * The element an event happened in.
 * @param {Event} event
 */
const targetOf = (event) => (event.target instanceof Element ? event.target : null);

const combobox = new Combobox(field, document.getElementById("suggestions"), {
  onType(text) {
    complete(text);
    if (!isLive) return;
    show(searching(text), committed ? "push" : "replace");
    committed = false;
  },
  onEscape(wasOpen) {
    if (wasOpen) {
      combobox.toggle(false);
    } else if (field.value) {
      combobox.set("");
      completions.cancel();
      if (isLive) go(searching(""));
    } else {
      return false;
    }
    return true;
  },
});

/** The address that the form asks for: filters stay, page and strictness begin anew. */
function searching(text) {
  const wanted = fields(form);
  wanted.set("q", text.trim());
  return address(wanted);
}

function address(wanted) {
  for (const [name, value] of [...wanted]) if (!value) wanted.delete(name, value);
  const query = wanted.toString();
  return root + (query && `?${query}`);
}

/** Milliseconds after which an answer is given up. */
const PATIENCE = 8000;

/**
 * Puts the answer of an address into the page; an older answer that comes late is thrown away. What is shown already
 * stays until the answer is there, and is marked as of another query if it does not come.
 */
async function show(url, history) {
  const query = url.slice(root.length);
  if (history === "push") window.history.pushState(null, "", url);
  if (history === "replace") window.history.replaceState(null, "", url);
  const shown = answer();
  shown.setAttribute("aria-busy", "true");
  clearTimeout(saying);
  let text;
  try {
    text = await answers.run(async (signal) => {
      const response = await fetch(`${root}answer${query}`, { signal: patient(signal, PATIENCE) });
      // What cannot be understood is said by a page of its own, but not to somebody who is still typing.
      if (response.status === 400 && committed) location.assign(url);
      if (!response.ok) throw new Error(String(response.status));
      return response.text();
    });
  } catch {
    stale(shown, url);
    return false;
  }
  if (text === undefined) return false;
  return place(text, query, url);
}

/** Says that what is shown does not answer what is asked, and offers to ask again. */
function stale(shown, url) {
  shown.removeAttribute("aria-busy");
  shown.classList.add("stale");
  shown.querySelector(".away")?.remove();
  const { away, again } = document.body.dataset;
  const line = Object.assign(document.createElement("p"), { className: "away", textContent: `${away} ` });
  const retry = Object.assign(document.createElement("button"), { type: "button", textContent: again });
  retry.addEventListener("click", () => show(url));
  line.append(retry);
  shown.prepend(line);
  said.textContent = away;
}

function place(html, query, url) {
  const next = new DOMParser().parseFromString(html, "text/html").getElementById("answer");
  // Somebody else answered, a page to log in for example: the browser shows it whole.
  if (!next) {
    location.assign(url);
    return false;
  }
  answer().replaceWith(next);
  carry(query);
  const heading = next.querySelector("h1")?.textContent;
  const name = document.title.split(" · ").pop();
  document.title = field.value ? `${field.value.slice(0, 60)} · ${name}` : name;
  clearTimeout(saying);
  saying = setTimeout(() => {
    const summary = next.querySelector(".nothing h2, .summary strong")?.textContent ?? "";
    const notes = [...next.querySelectorAll(".notes li:first-child, .nothing h2 + p")];
    said.textContent = [heading, summary, ...notes.map((note) => note.textContent)].join(" ");
  }, PAUSE);
  return true;
}

/** Keeps the form, the switch of languages and the feeds in step with the address. */
function carry(query) {
  const now = new URLSearchParams(query);
  carried.replaceChildren(
    ...[...now]
      .filter(([name]) => !["q", "page", "strict", "lang"].includes(name))
      .map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value })),
  );
  const lang = /** @type {HTMLAnchorElement} */ (document.querySelector("a.lang"));
  const other = new URL(lang.href).searchParams.get("lang");
  const switched = new URLSearchParams(now);
  switched.set("lang", other);
  lang.href = `${root}?${switched}`;
  now.delete("page");
  now.delete("sort");
  const feed = now.toString();
  /** @type {NodeListOf<HTMLAnchorElement | HTMLLinkElement>} */
  const feeds = document.querySelectorAll('link[rel="alternate"], footer a[href*="feed.xml"]');
  for (const link of feeds) {
    link.href = link.href.split("?")[0] + (feed && `?${feed}`);
  }
}

/** Goes to an address on purpose. */
async function go(url) {
  committed = true;
  combobox.toggle(false);
  completions.cancel();
  return show(url, url === location.pathname + location.search ? "replace" : "push");
}

async function complete(text) {
  if (!text.trim()) {
    completions.cancel();
    combobox.show([]);
    return;
  }
  let found;
  try {
    found = await completions.run(async (signal) => {
      const response = await fetch(`${root}api/v1/suggest?limit=7&q=${encodeURIComponent(text)}`, { signal });
      return response.ok ? (await response.json()).suggestions : [];
    });
  } catch {
    found = [];
  }
  // Completions that came after the field was left, or for what is typed out already, help nobody.
  if (!found || document.activeElement !== field || combobox.composing) return;
  if (found.length === 1 && found[0].query === text.trim()) found = [];
  combobox.show(found.map(option));
}

function option({ text, kind, count, query }) {
  const link = document.createElement("a");
  link.setAttribute("role", "option");
  link.tabIndex = -1;
  const wanted = fields(form);
  wanted.set("q", query);
  link.href = address(wanted);
  const part = (name, content) =>
    Object.assign(document.createElement("span"), { className: name, textContent: content });
  link.append(part("text", text), " ", part("kind", combobox.list.dataset[kind] ?? kind));
  if (kind !== "title") link.append(" ", part("count", count.toLocaleString("en")));
  link.addEventListener("click", (event) => {
    if (!isLive || isElsewhere(event)) return;
    event.preventDefault();
    combobox.set(query);
    go(link.href.slice(location.origin.length));
  });
  return link;
}

/** Whether a click asks for another tab or window. */
const isElsewhere = (event) =>
  event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

if (isLive) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!combobox.composing) go(searching(field.value));
  });
  // Links to other searches change the answer in place; everything else is followed.
  document.addEventListener("click", async (event) => {
    /** @type {HTMLAnchorElement | SVGAElement | null | undefined} */
    const link = targetOf(event)?.closest("#answer a[href], a.brand");
    if (!link || event.defaultPrevented || isElsewhere(event)) return;
    const href = typeof link.href === "string" ? link.href : link.href.baseVal;
    const url = new URL(href, location.href);
    if (url.origin !== location.origin || url.pathname !== root || url.hash) return;
    event.preventDefault();
    const wasHere = document.activeElement === link || link.contains(document.activeElement);
    const key = placeOf(link);
    combobox.set(url.searchParams.get("q") ?? "");
    if (!(await go(url.pathname + url.search))) return;
    if (link.closest(".pages, .home, .ways")) scrollTo({ top: 0 });
    // The focus stays where it was, in the new answer.
    /** @type {HTMLElement | null} */
    const next = key ? document.querySelector(key) : null;
    if (wasHere) (next ?? document.getElementById("main")).focus({ preventScroll: true });
  });
  document.addEventListener("submit", (event) => {
    const asked = /** @type {HTMLFormElement} */ (event.target);
    if (!asked.matches("#answer form")) return;
    event.preventDefault();
    go(address(fields(asked)));
  });
  addEventListener("popstate", () => {
    committed = true;
    combobox.set(new URLSearchParams(location.search).get("q") ?? "");
    combobox.show([]);
    show(location.pathname + location.search);
  });
}

/** A selector that finds a link of the answer again after it was asked for. */
function placeOf(link) {
  const facet = link.closest("section[data-facet]");
  if (facet) {
    const at = [...facet.querySelectorAll("a")].indexOf(link);
    return `section[data-facet="${facet.dataset.facet}"] li:nth-child(${at + 1}) a`;
  }
  return link.closest(".sort") ? ".sort [aria-current]" : undefined;
}

field.addEventListener("blur", () => combobox.toggle(false));
// Where typing is what one came for; on a phone the keyboard would hide what the archive holds.
if (answer()?.dataset.matched === "home" && matchMedia("(pointer: fine)").matches) field.focus();

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const isTyping = targetOf(event)?.closest("input, textarea, select, [contenteditable]");
  const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isK = event.key?.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!isSlash && !isK) return;
  event.preventDefault();
  field.focus();
  field.select();
});

/** While the first index is built, its progress is looked at; then the page is asked for again. */
async function awaitIndex() {
  const response = await fetch(location.href).catch(() => undefined);
  if (response?.ok) return location.reload();
  const html = response?.status === 503 ? await response.text() : "";
  const next = new DOMParser().parseFromString(html, "text/html").getElementById("answer");
  // Only what changes is put in, so that nothing is read aloud again.
  const [shown, read] = [answer().querySelector("progress"), next?.querySelector("progress")];
  if (shown && read) shown.value = read.value;
  const [line, newer] = [answer().querySelector(".read"), next?.querySelector(".read")];
  if (line && newer) line.textContent = newer.textContent;
  if (next && !shown !== !read) answer().replaceWith(next);
  setTimeout(awaitIndex, PAUSE);
}
if (document.body.classList.contains("building-page")) setTimeout(awaitIndex, PAUSE);

/** @type {NodeListOf<HTMLButtonElement>} */
const copying = document.querySelectorAll("button[data-copy]");
for (const button of copying) {
  const name = button.textContent;
  // Copying needs a secure page; elsewhere the text can still be selected.
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = said.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = name), 2000);
  });
}
