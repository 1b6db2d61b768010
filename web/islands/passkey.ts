// Passkeys: the browser's own window in place of a password or a code. Where there is none, the forms stay hidden.
const numbers = /^[\d.]+$|:/; // an address without a name has no passkeys

if (window.PublicKeyCredential && !numbers.test(location.hostname)) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) offer(form);
}

// offer shows a form and has the window answer before it is sent.
function offer(form: HTMLFormElement): void {
  form.hidden = false;
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    fail(form, "");
    try {
      form.querySelector<HTMLInputElement>("[data-passkey-answer]")!.value = JSON.stringify(await ask(form));
      form.submit();
    } catch (err) {
      const name = err instanceof DOMException ? err.name : "";
      fail(form, name === "NotAllowedError" || name === "AbortError" ? "cancelled" : name === "InvalidStateError" ? "known" : "other");
    }
    busy = false;
  });
}

function fail(form: HTMLFormElement, why: string): void {
  for (const one of form.querySelectorAll<HTMLElement>("[data-passkey-failed]")) one.hidden = one.dataset.passkeyFailed !== why;
}

// ask fetches the question and gives the window's answer.
async function ask(form: HTMLFormElement): Promise<unknown> {
  const use = form.dataset.passkey!;
  const name = form.querySelector<HTMLInputElement>("[name=name]")?.value ?? "";
  const answer = await fetch("/passkeys/options", { method: "POST", body: new URLSearchParams({ use, name }), headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  const question = (await answer.json()).publicKey;
  question.challenge = bytes(question.challenge);
  for (const list of [question.allowCredentials, question.excludeCredentials]) for (const one of list ?? []) one.id = bytes(one.id);
  if (use !== "make") return signed((await navigator.credentials.get({ publicKey: question })) as PublicKeyCredential);
  question.user.id = bytes(question.user.id);
  return made((await navigator.credentials.create({ publicKey: question })) as PublicKeyCredential);
}

function made(key: PublicKeyCredential) {
  const r = key.response as AuthenticatorAttestationResponse;
  return { ...head(key), response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports?.() ?? [] } };
}

function signed(key: PublicKeyCredential) {
  const r = key.response as AuthenticatorAssertionResponse;
  const userHandle = r.userHandle ? text(r.userHandle) : undefined;
  return { ...head(key), response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle } };
}

function head(key: PublicKeyCredential) {
  return { id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {}, authenticatorAttachment: key.authenticatorAttachment ?? undefined };
}

// base64url, as the server writes and reads it
function bytes(from: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(from.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function text(from: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(from))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
