// Keeps long text as a draft on the server: 5 s after typing rests, on leaving the
// field, and when the page is hidden. Says what is true, from the server's answer.
// The server answers 2xx for saved; anything else, or a sign-in page, is not saved.

const REST = 5000;
const RETRY = 20000;

class Draft {
  constructor(state) {
    this.state = state;
    this.area = document.getElementById(state.dataset.draftFor);
    this.form = this.area.form;
    this.saved = this.area.value;
    this.sending = false;
    this.area.addEventListener("input", () => this.typed());
    this.area.addEventListener("blur", () => this.save());
    this.form.addEventListener("submit", () => clearTimeout(this.timer));
    document.addEventListener("visibilitychange", () => document.hidden && this.save());
    window.addEventListener("pagehide", () => this.save());
  }

  say(what) {
    if (this.state.dataset.state === what) return;
    this.state.dataset.state = what;
    this.state.textContent = this.state.dataset[what];
  }

  typed() {
    this.say("unsaved");
    this.again(REST);
  }

  again(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  async save() {
    const text = this.area.value;
    if (this.sending || text === this.saved) return;
    clearTimeout(this.timer);
    this.sending = true;
    const outcome = await this.send(text);
    this.sending = false;
    if (outcome === "saved") this.saved = text;
    if (this.area.value === text) this.say(outcome);
    if (outcome === "failed") this.again(RETRY);
    else if (outcome === "saved" && this.area.value !== text) this.again(REST);
  }

  async send(text) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.append(this.area.name, text);
    try {
      const answer = await fetch(this.state.dataset.draftUrl, { method: "POST", body, keepalive: true, redirect: "manual" });
      if (answer.ok) return "saved";
      return answer.type === "opaqueredirect" || answer.status === 403 ? "signedOut" : "failed";
    } catch {
      return "failed";
    }
  }
}

function start(root) {
  root.querySelectorAll("[data-draft-url]:not([data-started])").forEach((state) => {
    state.dataset.started = "";
    new Draft(state);
  });
}

start(document);
document.addEventListener("htmx:load", () => start(document));
