// Works out the SHA-256 of a chosen file here, so that the file need not be sent.
// Without it, or where a browser cannot (no https), the form sends the file.

async function hashOf(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function checkHere(event) {
  const form = event.currentTarget;
  const file = form.querySelector("input[type=file]").files[0];
  if (!file) return; // the server says what is missing
  event.preventDefault();
  try {
    location.assign(`${form.dataset.byHash}?sha256=${await hashOf(file)}`);
  } catch {
    form.submit(); // a file that cannot be read here
  }
}

function prepare(form) {
  form.querySelector("[data-is-sent]").hidden = true;
  form.querySelector("[data-stays]").hidden = false;
  form.addEventListener("submit", checkHere);
}

if (globalThis.crypto?.subtle) document.querySelectorAll("form[data-by-hash]").forEach(prepare);
