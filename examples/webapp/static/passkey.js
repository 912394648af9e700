// Lets the browser make or use a passkey, and sends what comes of it with the
// form. The options are Cognito's, unchanged.
"use strict";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const create = form.dataset.passkey === "create";
  const button = form.querySelector("button");
  const wrong = form.querySelector("[role=alert]");

  button.addEventListener("click", async () => {
    wrong.hidden = true;
    button.disabled = true;
    try {
      const options = JSON.parse(form.dataset.options);
      const credential = create
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch (error) {
      wrong.textContent =
        error.name === "InvalidStateError" ? "This device has a passkey for this account already."
        : error.name === "NotAllowedError" ? "The browser did not get a passkey. Try again."
        : "This browser can’t do that with a passkey.";
      wrong.hidden = false;
      button.disabled = false;
    }
  });
}
