// What a form does better with JavaScript: it counts characters, and it is sent once.
// The server caps the text and records a submission once; this only spares a wait.

const SECOND_CLICK = 4000;

function showCount(area) {
  const words = document.getElementById(`${area.id}_cap`);
  // Counted as the server counts: by characters, a new line as two.
  const left = Number(area.dataset.cap) - [...area.value.replaceAll("\n", "\r\n")].length;
  const sentence = left < 0 ? words.dataset.over : words.dataset.left;
  words.textContent = sentence.replace("%s", Math.abs(left).toLocaleString("en-GB"));
  words.classList.toggle("govuk-error-message", left < 0);
}

function announceCount(area) {
  // A screen reader hears the count when typing rests, not at every letter.
  clearTimeout(area.countTimer);
  area.countTimer = setTimeout(() => {
    document.getElementById(`${area.id}_cap`).setAttribute("aria-live", "polite");
    showCount(area);
  }, 800);
}

function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.sentAt && Date.now() - form.sentAt < SECOND_CLICK) {
    event.preventDefault();
    return;
  }
  form.sentAt = Date.now();
  form.querySelectorAll("[data-send-once]").forEach((button) => button.setAttribute("aria-disabled", "true"));
}

function startAgain() {
  // Back from the next page: the form may be sent again.
  document.querySelectorAll("form").forEach((form) => (form.sentAt = 0));
  document.querySelectorAll("[data-send-once]").forEach((button) => button.removeAttribute("aria-disabled"));
}

function showCounts() {
  document.querySelectorAll("textarea[data-cap]").forEach(showCount);
}

showCounts();
document.addEventListener("htmx:load", showCounts);
document.addEventListener("input", (event) => {
  if (event.target.dataset.cap) announceCount(event.target);
});
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", startAgain);

// A step can be heard where the device has a voice of its own. What reads it is fetched when it is wanted.
function offerToListen(button) {
  const language = document.documentElement.lang.slice(0, 2);
  const offer = () => {
    button.hidden = !speechSynthesis.getVoices().some((voice) => voice.localService && voice.lang.startsWith(language));
  };
  offer();
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", async () => (await import(button.dataset.script)).start(button), { once: true });
}

if ("speechSynthesis" in window) document.querySelectorAll("[data-listen]").forEach(offerToListen);
