import { loadCrypto } from "../../text/digests/digest.ts";

/** A line of a file of allowed signers, as ssh-keygen(1) describes it. */
export interface SignerKey {
  /** The names, as the file has them. */
  readonly who: string;
  /** Its limits, such as `valid-before="20270101"`; empty without any. */
  readonly options: string;
  /** The fingerprint of the key, as ssh-keygen prints it. */
  readonly fingerprint: string;
}

const keyType = /^(?:ssh-|ecdsa-|sk-)/;

/** Returns the keys in a file of allowed signers. Leaves out all lines of another form: they allow nobody. Pure. */
export function signerKeys(text: string): readonly SignerKey[] {
  return text.split("\n").flatMap((line) => {
    if (/^\s*(?:#|$)/.test(line)) return [];
    // Quoted options may contain spaces.
    const [who = "", ...words] = line.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
    const at = words.findIndex((word) => keyType.test(word));
    const key = words[at + 1];
    if (at === -1 || key === undefined) return [];
    return [{ who, options: words.slice(0, at).join(" "), fingerprint: fingerprintOf(key) }];
  });
}

function fingerprintOf(key: string): string {
  const blob = Buffer.from(key, "base64");
  const hash = loadCrypto().createHash("sha256").update(blob).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}
