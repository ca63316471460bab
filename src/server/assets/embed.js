/** The server of a box that names none: the one this script came from, with its path prefix. */
const SCRIPT = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src || document.baseURI;
/** Milliseconds after which an answer is given up. */
const PATIENCE = 8000;
/** As many as fit one row beside the count. */
const COMPLETIONS = 5;
const FILTERS = ["section", "source", "since"];
const APPLE = /mac|iphone|ipad/i.test(navigator.platform);

/** Light and dark, each for the property `--baoku-…` that a page may set instead. */
const COLOURS = {
  accent: ["#1b5fb8", "#8db8f5"],
  background: ["#fff", "#1d1f23"],
  text: ["#1d2026", "#e7e8eb"],
  muted: ["#5b6270", "#a5abb7"],
  border: ["#d9dce1", "#3b3f47"],
  mark: ["#ffe9a3", "#5d4d10"],
};
const BOTH = CSS.supports("color", "light-dark(#000, #fff)");
const colours = Object.entries(COLOURS).map(([name, [light, dark]]) => {
  return `--${name}: var(--baoku-${name}, ${BOTH ? `light-dark(${light}, ${dark})` : light});`;
});

// A constructable sheet, because a strict Content-Security-Policy of the page refuses <style> and style="".
// The root is reset once more inside: a rule of the page for "*" wins over :host, and what it sets is inherited.
// Sizes are in em of that reset font: rem would follow the page, px would ignore the reader's own size of text.
const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
:host { all: initial; color-scheme: inherit; display: inline-block; width: 16em; max-width: 100%; }
.root { all: initial; color-scheme: inherit; direction: ltr; unicode-bidi: isolate; display: block; ${colours.join(" ")} color: var(--text);
  --radius: var(--baoku-radius, 10px); --inner: calc(var(--radius) * .6); --line: 1px solid var(--border);
  --tint: color-mix(in srgb, var(--accent) 11%, var(--background));
  font: medium/1.6 var(--baoku-font, system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif); }
*, ::before, ::after { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button, input { font: inherit; color: inherit; background: none; border: 0; padding: 0; min-height: 44px; }
button { cursor: pointer; border-radius: var(--inner); }
kbd { font: inherit; font-size: .75em; padding: 0 .5em; border: var(--line); border-radius: .4em; white-space: nowrap; }
.glass { flex: none; position: relative; width: .9em; height: .9em; margin: 0 .25em .25em 0;
  border: .13em solid var(--muted); border-radius: 50%; }
.glass::after { content: ""; position: absolute; top: 93%; left: 93%; width: .42em;
  border-top: .13em solid var(--muted); rotate: 45deg; transform-origin: 0 0; }
.open { display: flex; align-items: center; gap: .6em; width: 100%; padding: 0 .9em; text-align: start;
  color: var(--muted); background: var(--background); border: var(--line); border-radius: var(--radius); }
.open:hover { border-color: var(--accent); }
.name { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

dialog { inset: 0; margin: 9vh auto auto; padding: 0; width: min(var(--baoku-width, 42em), 100vw - 2em);
  height: min(38em, 82vh); max-width: none; max-height: none; overflow: hidden; color: var(--text);
  background: var(--background); border: var(--line); border-radius: var(--radius); box-shadow: 0 1em 4em #0005; }
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: #0b0d1073; }
.field { display: flex; align-items: center; gap: .75em; padding: 0 .4em 0 1.2em;
  border-bottom: 2px solid var(--border); }
.field input { flex: 1; min-width: 0; height: 56px; font-size: 1.125em; appearance: none; outline: none; }
.field input::placeholder { color: var(--muted); opacity: 1; }
.field input::-webkit-search-cancel-button { display: none; }
.close { padding: 0 .8em; color: var(--muted); font-size: .9em; }
/* Seen only when an answer is slow: quick ones do not flash. */
[data-busy] .field { border-color: var(--accent); transition: border-color .2s .3s; }
[data-busy] #list { opacity: .55; transition: opacity .2s .6s; }
.status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.note { padding: .5em 1.35em; font-size: .875em; background: color-mix(in srgb, var(--mark) 30%, var(--background)); }
.message { padding: 3.2em 1.5em; text-align: center; overflow: hidden auto; }
.note, .message, .hit { overflow-wrap: anywhere; }
.what { font-weight: 600; }
.why { color: var(--muted); font-size: .9em; }
.retry { margin-top: 1.2em; padding: 0 1.4em; color: var(--accent); border: var(--line); }
.keys { flex: none; display: flex; gap: 1.2em; margin-top: auto; padding: .5em 1.5em; font-size: .8125em;
  color: var(--muted); border-top: var(--line); }
.keys kbd { margin-right: .4em; }

#list { overflow: hidden auto; overscroll-behavior: contain; padding: 0 .5em .5em; scroll-padding: 50px 0 .5em; }
[role=option] { color: inherit; text-decoration: none; cursor: pointer; border-radius: var(--inner); }
[role=option]:hover { background: color-mix(in srgb, var(--text) 5%, var(--background)); }
[role=option][aria-selected=true] { background: var(--tint); outline: 2px solid var(--accent); outline-offset: -2px; }
[role=option] span { unicode-bidi: isolate; }
.top, .label { padding: 0 .85em; font-size: .8125em; color: var(--muted); }
.label { padding-top: 1em; }
/* As high with completions as without: hits stay where they are while one types. */
.top { position: sticky; z-index: 1; top: 0; display: flex; align-items: center; gap: .8em; height: 48px;
  background: var(--background); }
.count { flex: none; min-width: 5.5em; font-variant-numeric: tabular-nums; }
.chips { flex: 1; min-width: 0; display: flex; flex-wrap: wrap; gap: 4px .4em; height: 44px; overflow: hidden; }
/* A target of 44 px that looks like a pill of 28. */
.chips .chip { position: relative; isolation: isolate; display: flex; align-items: center; gap: .4em; height: 44px;
  max-width: 100%; padding: 0 .8em; white-space: nowrap; color: var(--text); background: none; outline: none; }
.chip::before { content: ""; position: absolute; z-index: -1; inset: 8px 0; border: var(--line); border-radius: 99px; }
.chip:is(:hover, [aria-selected=true])::before { border-color: var(--accent); }
.chip[aria-selected=true]::before { background: var(--tint); outline: 1px solid var(--accent); }
.chip span { overflow: hidden; text-overflow: ellipsis; }
.chip .kind { flex: none; color: var(--muted); }
.hit { display: block; padding: .6em .7em .65em; }
.hit span { display: block; }
.title { font-weight: 600; line-height: 1.45; }
.meta { color: var(--muted); font-size: .8125em; font-variant-numeric: tabular-nums; }
.hit .snippet { font-size: .875em; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
  overflow: hidden; }
mark { background: var(--mark); color: inherit; border-radius: .15em; }
.all { display: flex; align-items: center; min-height: 44px; padding: 0 .8em; color: var(--accent); font-size: .9em; }
@media (max-width: 640px), (max-height: 480px) {
  dialog { width: 100%; height: 100dvh; margin: 0; border: 0; border-radius: 0;
    padding-bottom: env(safe-area-inset-bottom); }
  .keys { display: none; }
}
@media (hover: none) { .keys, .open kbd { display: none; } }
`);

/** Makes an element. Whatever a server says enters the page here, as text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** Text with its marks, which count code points and not the units of a JavaScript string. */
function marked(text, marks) {
  const points = Array.from(String(text ?? ""));
  const nodes = [];
  let at = 0;
  for (const [start, end] of marks ?? []) {
    if (!(start >= at && end > start)) continue;
    nodes.push(points.slice(at, start).join(""), element("mark", {}, points.slice(start, end).join("")));
    at = end;
  }
  return [...nodes, points.slice(at).join("")];
}

/** No answer. The message is the key of what to say, the cause what the server said. */
class Failure extends Error {}

/** Fetches JSON. Nothing is sent that would need a preflight or show who asks. */
async function ask(url, signal) {
  let response;
  try {
    response = await fetch(url, { signal: patient(signal, PATIENCE), credentials: "omit" });
    if (response.ok) return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (error.name === "TimeoutError") throw new Failure("timeout");
    throw new Failure(response ? "broken" : "away");
  }
  const { code, message } = (await response.json().catch(() => ({}))).error ?? {};
  if (response.status === 503) throw new Failure(code === "indexing" ? "indexing" : "overloaded");
  if (response.status === 504) throw new Failure("timeout");
  if (response.status < 500) throw new Failure("refused", { cause: message });
  throw new Failure("broken");
}

/** Builds what the shadow tree holds. */
function build() {
  const glass = () => element("span", { class: "glass", "aria-hidden": "true" });
  const ui = {
    name: element("span", { class: "name" }),
    hint: element("kbd", { "aria-hidden": "true" }),
    input: element("input", {
      type: "search", role: "combobox", "aria-autocomplete": "list", "aria-controls": "list", "aria-expanded": "false",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", maxlength: "500",
    }),
    shut: element("button", { type: "button", class: "close" }),
    status: element("p", { class: "status", role: "status" }),
    note: element("p", { class: "note", hidden: "" }),
    message: element("div", { class: "message", hidden: "" }),
    list: element("div", { id: "list", role: "listbox", hidden: "" }),
    keys: element("p", { class: "keys", "aria-hidden": "true" }),
  };
  const opens = { type: "button", class: "open", part: "button", "aria-haspopup": "dialog" };
  ui.button = element("button", opens, glass(), ui.name, ui.hint);
  ui.form = element("form", { class: "field", role: "search" }, glass(), ui.input, ui.shut);
  const held = [ui.form, ui.status, ui.note, ui.list, ui.message, ui.keys];
  ui.dialog = element("dialog", { part: "dialog", closedby: "any" }, ...held);
  ui.root = element("div", { class: "root" }, ui.button, ui.dialog);
  return ui;
}

/**
 * `<baoku-search server="https://host/prefix">`: a button that opens a dialog which searches while one types.
 *
 * Attributes: server, lang, placeholder, hotkey (a letter, or `none`), section, source, since.
 * Parts: button, dialog. Colours and sizes: `--baoku-*`. Events: baoku-open, baoku-close.
 */
class BaokuSearch extends HTMLElement {
  static observedAttributes = ["server", "lang", "placeholder", "hotkey", ...FILTERS];
  /** Those on the page, in the order they came: the hotkey is for one of them only. */
  static #boxes = new Set();

  #ui = build();
  #latest = new Latest();
  /** Keeps the page behind the dialog from scrolling, without a trace in its own styles. */
  #lock = new CSSStyleSheet();
  #combobox = new Combobox(this.#ui.input, this.#ui.list, {
    onType: () => this.#search(),
    // By itself a search field would only be emptied.
    onEscape: () => {
      this.close();
      return true;
    },
  });

  constructor() {
    super();
    const { root, button, dialog, form, shut, list } = this.#ui;
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [STYLE];
    shadow.append(root);
    button.addEventListener("click", () => this.open());
    shut.addEventListener("click", () => this.close());
    dialog.addEventListener("close", () => this.#closed());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#query) location.assign(this.#page(this.#query));
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || !this.#query) return;
      event.preventDefault();
      window.open(this.#page(this.#query), "_blank", "noopener");
    });
    list.addEventListener("click", (event) => {
      const { completes } = event.target.closest("[role=option]")?.dataset ?? {};
      if (completes === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#combobox.set(completes);
      this.#ui.input.focus();
      this.#search();
    });
  }

  connectedCallback() {
    BaokuSearch.#boxes.add(this);
    for (const box of BaokuSearch.#boxes) box.#label();
  }

  disconnectedCallback() {
    BaokuSearch.#boxes.delete(this);
    this.close();
    for (const box of BaokuSearch.#boxes) box.#label();
  }

  attributeChangedCallback(name) {
    if (!this.isConnected) return;
    for (const box of BaokuSearch.#boxes) box.#label();
    if (name === "placeholder" || name === "hotkey") return;
    // What is shown came from another server, or is in another language.
    this.#clear();
    if (this.#ui.dialog.open) this.#search();
  }

  /** Opens the dialog, with a query if one is given. */
  open(query) {
    const { dialog, input } = this.#ui;
    if (query !== undefined) this.#combobox.set(String(query));
    if (!dialog.open) {
      this.#label();
      const gutter = innerWidth > document.documentElement.clientWidth ? "scrollbar-gutter: stable !important;" : "";
      this.#lock.replaceSync(`:root { overflow: hidden !important; ${gutter} }`);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#lock];
      dialog.showModal();
      this.dispatchEvent(new Event("baoku-open", { bubbles: true }));
    }
    input.focus();
    input.select();
    this.#search();
  }

  close() {
    this.#ui.dialog.close();
  }

  /** What a key does that was pressed anywhere on the page. */
  static hear(event) {
    if (event.defaultPrevented || event.isComposing || event.repeat || event.altKey || event.shiftKey) return;
    if (!(APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey)) return;
    const box = BaokuSearch.#answering();
    if (!box || event.key?.toLowerCase() !== box.#hotkey) return;
    event.preventDefault();
    const open = [...BaokuSearch.#boxes].find((other) => other.#ui.dialog.open);
    if (open) open.close();
    else box.open();
  }

  static #answering() {
    return [...BaokuSearch.#boxes].find((box) => box.#hotkey !== "none");
  }

  get #hotkey() {
    return (this.getAttribute("hotkey") || "k").toLowerCase();
  }

  get #query() {
    return this.#ui.input.value.trim();
  }

  get #say() {
    const lang = this.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang;
    return /^(zh|$)/i.test(lang) ? STRINGS.zh : STRINGS.en;
  }

  /** The server's address, which ends with a slash. */
  get #server() {
    const url = new URL(this.getAttribute("server") ?? new URL(".", SCRIPT), document.baseURI);
    return new URL(`${url.pathname.replace(/\/*$/, "")}/`, url);
  }

  #address(path, parameters) {
    const url = new URL(path, this.#server);
    for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value);
    for (const name of FILTERS) if (this.getAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
    return url;
  }

  /** The page of the server that shows all results. */
  #page(query) {
    return this.#address("./", { q: query }).href;
  }

  #closed() {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#lock);
    this.#latest.cancel();
    this.#busy(false);
    // The browser gives the focus back to what had it before, but a hotkey may have been pressed with nothing in focus.
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.getRootNode());
    if (!activeElement || activeElement === document.body || activeElement === this) this.#ui.button.focus();
    this.dispatchEvent(new Event("baoku-close", { bubbles: true }));
  }

  #label() {
    const { root, name, hint, button, dialog, input, shut, list, keys } = this.#ui;
    const say = this.#say;
    const placeholder = this.getAttribute("placeholder") || say.placeholder;
    root.lang = say.tag;
    name.textContent = input.placeholder = placeholder;
    dialog.ariaLabel = placeholder;
    input.ariaLabel = say.field;
    list.ariaLabel = say.results;
    shut.textContent = say.close;
    keys.replaceChildren();
    for (const [key, does] of Object.entries(say.keys)) keys.append(element("span", {}, element("kbd", {}, key), does));
    const letter = this.#hotkey.toUpperCase();
    hint.hidden = BaokuSearch.#answering() !== this;
    hint.textContent = APPLE ? `⌘${letter}` : `Ctrl ${letter}`;
    button.ariaKeyShortcuts = hint.hidden ? null : `${APPLE ? "Meta" : "Control"}+${letter}`;
  }

  /** Asks for what the field holds. What is shown stays until the answer is there. */
  async #search() {
    const query = this.#query;
    this.#busy(true);
    try {
      const shown = await this.#latest.run(async (signal) => {
        const wanted = query ? { q: query, limit: 8 } : { sort: "newest", limit: 5 };
        // Both at once, so that the list changes once; results do without completions, never the other way round.
        const [answer, completed] = await Promise.all([
          ask(this.#address("api/v1/search", wanted), signal),
          query && ask(this.#address("api/v1/suggest", { q: query, limit: 12 }), signal).catch(() => undefined),
        ]);
        return () => this.#show(query, answer, completed?.suggestions ?? []);
      });
      if (!shown) return;
      shown();
    } catch (error) {
      this.#fail(error);
    }
    this.#busy(false);
  }

  #busy(busy) {
    this.#ui.dialog.toggleAttribute("data-busy", busy);
  }

  #clear(nodes = []) {
    this.#combobox.show(nodes);
    this.#ui.note.hidden = this.#ui.message.hidden = true;
  }

  #show(query, answer, suggestions) {
    const say = this.#say;
    const { total, hits, missing = [] } = answer;
    const number = Number(total).toLocaleString(say.tag);
    const count = query ? say.count(number) : say.newest;
    const note = query && hits.length ? this.#note(answer) : "";
    const found = hits.filter((hit) => !hit.related).map((hit) => this.#hit(hit));
    const near = hits.filter((hit) => hit.related).map((hit) => this.#hit(hit));
    const chips = this.#chips(query, suggestions);
    const nodes = found.length || chips.length ? [this.#top(count, chips), ...found] : [];
    if (near.length) nodes.push(element("p", { class: "label", "aria-hidden": "true" }, say.related), ...near);
    if (total > 0) nodes.push(this.#option("all", this.#page(query), query ? say.all(number) : say.browse(number)));
    this.#clear(nodes);
    this.#ui.note.textContent = note;
    this.#ui.note.hidden = !note;
    this.#ui.status.textContent = note ? `${count}: ${note}` : count;
    if (hits.length) return;
    const some = missing.filter((word) => word !== query);
    this.#explain(query ? say.nothing(query) : say.count(0), some.length ? say.missing(some) : say.other);
  }

  /** How far the answer is from what was asked. */
  #note({ matched, searched, missing }) {
    const say = this.#say;
    if (searched) return say.mended(searched);
    if (matched !== "fewer") return "";
    return missing?.length ? `${say.fewer} · ${say.missing(missing)}` : say.fewer;
  }

  /** The row above the hits. */
  #top(count, chips) {
    const top = element("div", { class: "top" }, element("span", { class: "count", "aria-hidden": "true" }, count));
    const group = { class: "chips", role: "group", "aria-label": this.#say.completions };
    if (chips.length) top.append(element("div", group, ...chips));
    return top;
  }

  #chips(query, suggestions) {
    const typed = query.toLowerCase();
    // Items with these titles are among the hits.
    const wanted = suggestions.filter((one) => one.kind !== "title" && one.query.toLowerCase() !== typed);
    return wanted.slice(0, COMPLETIONS).map(({ text, kind, query }) => {
      const chip = this.#option("chip", this.#page(query), element("span", {}, text));
      if (this.#say.kinds[kind]) chip.prepend(element("span", { class: "kind" }, this.#say.kinds[kind]));
      chip.dataset.completes = query;
      return chip;
    });
  }

  #hit({ url, title, title_marks, date, section, contributors, snippet }) {
    const meta = [date, section?.join(" › "), contributors?.join(this.#say.comma)].filter(Boolean).join(" · ");
    return this.#option(
      "hit",
      url,
      element("span", { class: "title" }, ...marked(title, title_marks)),
      element("span", { class: "meta" }, meta),
      element("span", { class: "snippet" }, ...marked(snippet?.text, snippet?.marks)),
    );
  }

  /** An option that leads somewhere below the server, or nowhere if its address is not of the web. */
  #option(kind, address, ...children) {
    const option = element("a", { role: "option", class: kind, tabindex: "-1" }, ...children);
    const url = address && URL.parse(String(address).replace(/^\//, "./"), this.#server);
    if (/^https?:$/.test(url?.protocol)) option.href = url.href;
    return option;
  }

  /** Says something where results would be. */
  #explain(what, why) {
    const { message, status } = this.#ui;
    message.replaceChildren(element("p", { class: "what" }, what), element("p", { class: "why" }, why));
    message.hidden = false;
    status.textContent = `${what}: ${why}`;
  }

  #fail(error) {
    const [what, why] = this.#say[error instanceof Failure ? error.message : "broken"];
    const retry = element("button", { type: "button", class: "retry" }, this.#say.retry);
    retry.addEventListener("click", () => {
      this.#ui.input.focus();
      this.#search();
    });
    this.#clear();
    this.#explain(what, error.cause ?? why);
    this.#ui.message.append(retry);
  }
}

if (!customElements.get("baoku-search")) {
  customElements.define("baoku-search", BaokuSearch);
  document.addEventListener("keydown", BaokuSearch.hear);
}
