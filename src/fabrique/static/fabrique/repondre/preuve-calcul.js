/* Worker: tries counters until the derived key begins with the wanted prefix. Posts {counter, derivedKey}, or null. */
const fromHex = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const derive = async (parameters, salt, password) => {
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const settings = { name: "PBKDF2", hash: "SHA-256", salt, iterations: parameters.cost };
  return new Uint8Array(await crypto.subtle.deriveBits(settings, key, parameters.keyLength * 8));
};

self.onmessage = async (event) => {
  const parameters = event.data;
  try {
    if (parameters.algorithm !== "PBKDF2/SHA-256") throw new Error("algorithm");
    const salt = fromHex(parameters.salt);
    const nonce = fromHex(parameters.nonce);
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    const view = new DataView(password.buffer);
    for (let counter = 0; counter < 100000; counter += 1) {
      view.setUint32(nonce.length, counter, false);
      const hex = toHex(await derive(parameters, salt, password));
      if (hex.startsWith(parameters.keyPrefix)) {
        self.postMessage({ counter, derivedKey: hex });
        return;
      }
    }
    self.postMessage(null);
  } catch {
    self.postMessage(null);
  }
};
