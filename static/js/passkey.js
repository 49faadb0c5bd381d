// Passkeys: the device asks for a fingerprint, a face or its code, and the form carries what it answers.
// Without JavaScript, or on a device that knows no passkeys, the same forms take a password.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const keys = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));
// What this site can check years later, with nothing but Python (people/passkeys.py).
const ALGORITHMS = [-7, -8, -257];

function asJSON(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: text(credential.rawId), type, response, clientExtensionResults: credential.getClientExtensionResults() });
}

async function sign({ publicKey: asked }) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: keys(asked.allowCredentials) };
  return asJSON(await navigator.credentials.get({ publicKey }));
}

async function make({ publicKey: asked }) {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: keys(asked.excludeCredentials),
    pubKeyCredParams: asked.pubKeyCredParams.filter((kind) => ALGORITHMS.includes(kind.alg)),
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
  };
  return asJSON(await navigator.credentials.create({ publicKey }));
}

// Ask the server what to sign. It answers with a page instead when the form has a mistake; then the form is sent, and says so.
async function asked(form) {
  const body = new FormData(form);
  body.set("ask_passkey", "1");
  const answer = await fetch(form.action, { method: "POST", body });
  return answer.headers.get("Content-Type")?.startsWith("application/json") ? answer.json() : null;
}

async function answerFor(form) {
  if (form.dataset.makesPasskey !== undefined) return make(JSON.parse(document.getElementById("js_data").textContent).creation_options);
  if (form.dataset.passkeyOptions) return sign((await (await fetch(form.dataset.passkeyOptions, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } })).json()).request_options);
  const options = await asked(form);
  return options && sign(options);
}

function failed(box, hasFailed) {
  box.querySelector("[data-passkey-failed]").hidden = !hasFailed;
}

function useIt(box) {
  const form = box.closest("form");
  const field = box.querySelector("input[type=hidden]");
  const password = form.querySelector("[data-password]");
  // Where the password has just been wrong or missing, it is being used.
  let isUsed = !password?.querySelector(".govuk-form-group--error");
  box.hidden = !isUsed;
  if (password) password.hidden = isUsed;

  box.querySelector("[data-without-passkey]")?.addEventListener("click", () => {
    isUsed = false;
    box.hidden = true;
    if (password) password.hidden = false;
    password?.querySelector("input").focus();
  });

  form.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-send-once]:not([name])");
    if (!button || !isUsed) return;
    event.preventDefault();
    failed(box, false);
    try {
      field.value = (await answerFor(form)) ?? "";
      form.requestSubmit(button);
    } catch {
      failed(box, true);
    }
    field.value = "";
  });
}

if (window.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach(useIt);
