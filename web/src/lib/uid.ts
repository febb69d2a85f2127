/** A random id. crypto.randomUUID exists only over HTTPS; offices also run this over plain HTTP. */
export const uid = () =>
  crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
