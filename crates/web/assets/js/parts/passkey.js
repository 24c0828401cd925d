// Passkeys: asks the device, puts its answer into the form and sends it. Forms with data-lw-passkey
// (`create`, `get`) are shown only where the browser can do this; without script a password does.

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const bytes = (encoded) =>
  Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const ALGORITHMS = [-7, -8, -257];

const ask = {
  async create({ challenge, account, name, display, site }) {
    const { response } = await navigator.credentials.create({
      publicKey: {
        challenge: bytes(challenge),
        rp: { name: site },
        user: { id: new TextEncoder().encode(account), name, displayName: display },
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        attestation: "none",
      },
    });
    return {
      client: text(response.clientDataJSON),
      authenticator: text(response.getAuthenticatorData()),
      "public-key": text(response.getPublicKey()),
      algorithm: String(response.getPublicKeyAlgorithm()),
    };
  },
  async get({ challenge }) {
    const { rawId, response } = await navigator.credentials.get({
      publicKey: { challenge: bytes(challenge), userVerification: "required" },
    });
    return {
      id: text(rawId),
      client: text(response.clientDataJSON),
      authenticator: text(response.authenticatorData),
      signature: text(response.signature),
    };
  },
};

async function submit(event) {
  const form = event.target;
  event.preventDefault();
  const failed = form.querySelector("[role=alert]");
  failed.hidden = true;
  try {
    const answer = await ask[form.dataset.lwPasskey](form.dataset);
    for (const [name, value] of Object.entries(answer)) form.elements[name].value = value;
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

export function startPasskeys(root) {
  if (!window.PublicKeyCredential || !window.isSecureContext) return;
  for (const form of root.querySelectorAll("form[data-lw-passkey][hidden]")) {
    form.hidden = false;
    form.addEventListener("submit", submit);
  }
}
