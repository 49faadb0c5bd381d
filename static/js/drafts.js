// Keeps on the server what somebody writes, while she writes it, and says truthfully whether it is kept.
// Without JavaScript the form's own button keeps it.

const ADDRESS = "/learn/drafts/";
const WAIT = 3000; // from the first letter that is not kept yet: nothing older than five seconds is ever lost
const TRY_AGAIN = 4000;
const PATIENCE = 8000; // for an answer
const LARGEST_KEPT_ALIVE = 60_000; // bytes; browsers drop a larger request when its page closes

function say(form, words, isWarning) {
  const state = form.querySelector("[data-draft-state]");
  // A screen reader is told of trouble, and not at every pause of good news.
  state.toggleAttribute("aria-live", isWarning);
  if (isWarning) state.setAttribute("aria-live", "polite");
  state.classList.toggle("save-state-warning", isWarning);
  if (state.textContent !== words) state.textContent = words;
}

function contents(form) {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "password") data.append(name, value);
  data.append("place", form.dataset.draft);
  return data;
}

// One at a time: an older save that arrives after a newer one would undo the newer words. (Seen when a server came back
// and found both waiting.) A page that is about to go does not wait: it drops the older one and sends the newer.
async function save(form, isLeaving = false) {
  clearTimeout(form.draftTimer);
  form.draftTimer = 0;
  if (form.isSent || !form.isChanged) return;
  if (form.underWay && !isLeaving) return saveSoon(form, 300);
  form.underWay?.abort();
  const underWay = (form.underWay = new AbortController());
  const patience = setTimeout(() => underWay.abort(), PATIENCE);
  const words = form.querySelector("[data-draft-words]").dataset;
  const body = contents(form);
  form.isChanged = false;
  try {
    const keepalive = body.toString().length < LARGEST_KEPT_ALIVE;
    const answer = await fetch(ADDRESS, { method: "POST", body, keepalive, signal: underWay.signal });
    if (form.isChanged || form.isSent) return;
    if (answer.ok) say(form, words.saved.replace("%s", (await answer.json()).saved), false);
    else if (answer.status === 400) say(form, words.refused, true);
    else if (answer.status === 401 || answer.status === 403) say(form, words.signedOut, true);
    else throw new Error(answer.status);
  } catch {
    form.isChanged = true;
    say(form, words.failed, true);
    saveSoon(form, TRY_AGAIN);
  } finally {
    clearTimeout(patience);
    if (form.underWay === underWay) form.underWay = null;
  }
}

function saveSoon(form, wait) {
  form.draftTimer ||= setTimeout(save, wait, form);
}

function typed(event) {
  const form = event.target.closest("form");
  form.isChanged = true;
  const state = form.querySelector("[data-draft-state]");
  if (!state.classList.contains("save-state-warning")) say(form, form.querySelector("[data-draft-words]").dataset.typing, false);
  saveSoon(form, WAIT);
}

function start(form) {
  if (form.hasDraft) return;
  form.hasDraft = true;
  form.addEventListener("input", typed);
  form.addEventListener("focusout", () => save(form));
  form.addEventListener("submit", () => (form.isSent = true));
  window.addEventListener("pageshow", () => (form.isSent = false));
  window.addEventListener("online", () => save(form));
  document.addEventListener("visibilitychange", () => document.hidden && save(form, true));
  window.addEventListener("pagehide", () => save(form, true));
}

document.querySelectorAll("form[data-draft]").forEach(start);
