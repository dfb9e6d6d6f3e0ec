import { isSecretName } from "../../../secrets/names.ts";
import { secretSpans } from "../../../secrets/mask.ts";
import type { Span } from "../../../secrets/values.ts";

/** Returns the places of the secrets in the text of a fleet file. Loads the YAML parser only for a text that may have one. */
export async function searchSecrets(text: string): Promise<readonly Span[]> {
  if (!mayHaveSecret(text)) return [];
  const { readDocument } = await import("../../yaml/yaml-document.ts");
  const { secretsIn } = await import("../../yaml/secret-spans.ts");
  return secretsIn(readDocument(text), text);
}

/** Returns true if a key has the name of a secret, or a part of the text has the form of one. */
function mayHaveSecret(text: string): boolean {
  // From the start of a word only: a long word would be read again from each of its characters.
  const keys = text.matchAll(/(?<![\w.-])(?<key>[\w.-]+)["']?[ \t]*:/g);
  for (const { groups } of keys) {
    const key = groups?.["key"] ?? "";
    if (key === "webhook" || isSecretName(key)) return true;
  }
  if (text.includes("-----BEGIN ")) return true;
  // Agents are alike, and so are most of their lines. V8 compiles each pattern before its second search, so there is one.
  return secretSpans([...new Set(text.split("\n"))].join("\n"), "rest").length > 0;
}
