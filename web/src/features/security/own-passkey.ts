import { addPasskey, newPasskeyOptions } from "../../api/security";
import { makePasskey } from "../../lib/passkey";

/** Lets the browser make a passkey and keeps it under a name; undefined when the person did not want to. */
export async function addOwnPasskey(name: string) {
  const { ceremony, options } = await newPasskeyOptions();
  const credential = await makePasskey(options);
  return credential ? addPasskey({ ceremony, credential }, name) : undefined;
}
