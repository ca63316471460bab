/** Runs one piece of work at a time; what is asked later makes what was asked before worthless. */
class Latest {
  #running;

  /** Calls `work(signal)` and returns its value, or undefined if something newer was asked meanwhile. */
  async run(work) {
    this.cancel();
    const mine = (this.#running = new AbortController());
    try {
      const value = await work(mine.signal);
      return this.#running === mine ? value : undefined;
    } catch (error) {
      if (this.#running !== mine || error.name === "AbortError") return undefined;
      throw error;
    }
  }

  cancel() {
    this.#running?.abort();
    this.#running = undefined;
  }
}

/**
 * A signal that is aborted with another one and, as a TimeoutError, after some milliseconds. AbortSignal.any would do, but
 * many phones have browsers from before it.
 */
function patient(signal, milliseconds) {
  const both = new AbortController();
  const timer = setTimeout(() => both.abort(new DOMException("too late", "TimeoutError")), milliseconds);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    both.abort(signal.reason);
  });
  return both.signal;
}

/**
 * The ARIA combobox with a list box: a text field that keeps the focus while its options are walked with the arrow
 * keys. Options are elements with `role=option` inside `list`, usually links. While an input method composes, nothing
 * is asked and no key is ours: Enter and the arrows belong to its candidates.
 *
 * `onType(text)` gets every change of the text. `onEscape(wasOpen)` gets every Escape, with whether the list was open, and
 * returns whether it did something.
 */
class Combobox {
  #composing = false;
  #reported;

  constructor(input, list, { onType, onEscape }) {
    this.input = input;
    this.list = list;
    this.onType = onType;
    this.onEscape = onEscape;
    this.#reported = input.value;
    input.addEventListener("compositionstart", () => (this.#composing = true));
    input.addEventListener("compositionend", () => {
      this.#composing = false;
      this.#report();
    });
    input.addEventListener("input", (event) => {
      // Some browsers send the last `input` of a composition before, some after its end.
      if (!event.isComposing && !this.#composing) this.#report();
    });
    input.addEventListener("keydown", (event) => this.#key(event));
    // The focus stays in the field, so that typing goes on.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get composing() {
    return this.#composing;
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** Puts a text into the field that nobody typed. */
  set(text) {
    this.input.value = this.#reported = text;
    this.show([]);
  }

  /** Shows these options, or none. */
  show(nodes) {
    this.list.replaceChildren(...nodes);
    this.list.scrollTo(0, 0);
    this.options.forEach((option, at) => {
      option.id = `${this.list.id}-${at}`;
      option.setAttribute("aria-selected", "false");
    });
    this.#activate(null);
    this.toggle(nodes.length > 0);
  }

  toggle(open) {
    this.list.hidden = !open || !this.list.firstChild;
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    if (!this.isOpen) this.#activate(null);
  }

  #report() {
    if (this.input.value === this.#reported) return;
    this.#reported = this.input.value;
    this.onType(this.#reported);
  }

  #key(event) {
    if (event.isComposing || this.#composing || event.keyCode === 229) {
      // Safari ends the composition before it reports the Enter that ended it. A search field empties itself at Escape,
      // even at one that only ends a composition.
      if (event.key === "Escape" || (event.key === "Enter" && !event.isComposing)) event.preventDefault();
      return;
    }
    if (event.altKey || event.shiftKey) return;
    const { active } = this;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (!this.isOpen) this.toggle(true);
      this.#walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active && this.isOpen) {
      event.preventDefault();
      if ((event.ctrlKey || event.metaKey) && active.href) window.open(active.href, "_blank", "noopener");
      else active.click();
    } else if (event.key === "Escape") {
      if (this.isOpen && this.onEscape(true)) event.preventDefault();
      else if (!this.isOpen && this.onEscape(false)) event.preventDefault();
    } else if (event.key === "Tab") {
      this.#activate(null);
    }
  }

  /** Goes to the next or the one before; beyond the ends lies the field itself. */
  #walk(step) {
    const { options } = this;
    const places = options.length + 1;
    const at = options.indexOf(this.active) + 1;
    this.#activate(options[((at + step + places) % places) - 1] ?? null);
  }

  #activate(option) {
    this.active?.setAttribute("aria-selected", "false");
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest", inline: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }
}
