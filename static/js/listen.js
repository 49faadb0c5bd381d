// Reads a step aloud with the browser's own voice, a paragraph at a time. Fetched when somebody first presses the button (forms.js).

const READ = "h1, h2, h3, p, li, legend, figcaption, summary, dt, dd, label";
const LEFT_OUT = ".step-on, .step-tools, [hidden], script, template, .govuk-visually-hidden";

function paragraphs(article) {
  const all = [...article.querySelectorAll(READ)].filter((part) => !part.closest(LEFT_OUT) && part.checkVisibility());
  // A paragraph inside a list item is read with the item, and not twice.
  return all.filter((part) => !all.some((other) => other !== part && other.contains(part)));
}

function voice(language) {
  const voices = speechSynthesis.getVoices().filter((one) => one.lang.replace("_", "-").startsWith(language.slice(0, 2)));
  // A voice of the device reads without a connection, and tells nobody what is read.
  return voices.find((one) => one.localService && one.lang.includes("GB")) || voices.find((one) => one.localService) || null;
}

function stop(button) {
  speechSynthesis.cancel();
  button.textContent = button.dataset.listen;
  button.setAttribute("aria-pressed", "false");
  document.querySelectorAll(".is-read").forEach((part) => part.classList.remove("is-read"));
}

function read(button, parts) {
  document.querySelectorAll(".is-read").forEach((part) => part.classList.remove("is-read"));
  const [part, ...rest] = parts;
  if (!part || button.getAttribute("aria-pressed") !== "true") return stop(button);
  const words = new SpeechSynthesisUtterance(part.innerText);
  words.lang = document.documentElement.lang;
  words.voice = voice(words.lang);
  words.rate = 0.95;
  words.onend = () => read(button, rest);
  part.classList.add("is-read");
  speechSynthesis.speak(words);
}

function toggle(button) {
  if (button.getAttribute("aria-pressed") === "true") return stop(button);
  button.setAttribute("aria-pressed", "true");
  button.textContent = button.dataset.stop;
  read(button, paragraphs(button.closest("article")));
}

export function start(button) {
  button.addEventListener("click", () => toggle(button));
  window.addEventListener("pagehide", () => stop(button));
  toggle(button);
}
