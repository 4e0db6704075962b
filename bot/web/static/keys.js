// Security keys: has the browser make one, or sign with one, and sends the form. Without this script codes still work.

const form = document.querySelector("form[data-make], form[data-sign]");
const button = form.querySelector("[data-key]");
const said = form.querySelector("[data-said]");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const options = JSON.parse(form.dataset.make || form.dataset.sign);
options.challenge = bytes(options.challenge);
for (const known of options.allowCredentials || []) known.id = bytes(known.id);
for (const known of options.excludeCredentials || []) known.id = bytes(known.id);
if (options.user) options.user.id = bytes(options.user.id);

const plain = (made) => {
  const { response } = made;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature"]) {
    if (response[name]) answer[name] = text(response[name]);
  }
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: answer });
};

if (window.PublicKeyCredential) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const asked = form.dataset.make ? ["password", "again"].map((name) => form.elements[name]) : [];
    if (!asked.every((field) => field.reportValidity())) return;
    try {
      const made = form.dataset.make
        ? await navigator.credentials.create({ publicKey: options })
        : await navigator.credentials.get({ publicKey: options });
      form.elements.credential.value = plain(made);
      form.submit();
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
}
