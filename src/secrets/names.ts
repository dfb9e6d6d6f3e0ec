import { remembering } from "../text/remembering.ts";

/**
 * Returns true for the names of secrets: of variables, options (`--api-key`), headers (`X-Api-Key`). Prefers
 * too many to too few: a value hidden without need can be read in its file, but a shown one stays known.
 */
export const isSecretName = remembering((name): boolean => {
  if (harmless.some((pattern) => pattern.test(name))) return false;
  const words = nameParts(name);
  return words.some((word) => secretWords.has(word)) || secretParts.test(words.join(""));
});

/** Decide only as whole words: `KEY`, but not `KEYBOARD`; `AUTH`, but not `AUTHOR`. */
const secretWords: ReadonlySet<string> = new Set(
  (
    "auth authorization bearer cert cookie cookies cred creds dsn jwt key keys keystore login mfa netrc otp pass passes " +
    "pat pem pfx pin private psk pw pwd salt sas session sessionid signature webhook"
  ).split(" "),
);

/** Parts that decide at any place, for names without separators: `GITHUBTOKEN`, `PGPASSWORD`, `apikey`. */
const secretParts =
  /token|secret|passw|passphrase|(?:ssh|pg|db|user)pass|credential|apikey|accesskey|authkey|privatekey|signingkey|encryptionkey|connectionstring|cookie/;

/** Well-known harmless names of a similar form. */
const harmless: readonly RegExp[] = [
  /^(?:OLD)?PWD$/i,
  /^SSH_AUTH_SOCK$/,
  /^XDG_SESSION_/,
  /^DESKTOP_SESSION$/,
  // The name of a tmux session, and settings of sessions; SESSION and SESSION_ID stay secrets.
  /session[_-]?(?:names?|dir|type|count|limit|timeout|prefix|log|logs)$/i,
  /tokenizers?(?:_|$)/i,
  // How many tokens a model may use: MAX_TOKENS, CLAUDE_CODE_MAX_OUTPUT_TOKENS, TOKEN_LIMIT.
  /(?:max|min|num|limit|budget|thinking|output|input|context)[A-Z_]*_tokens?$/i,
  /tokens?_(?:limit|budget|count|max)$/i,
];

/**
 * Returns the words in lower case: `API_KEY`, `apiKey`, `X-Api-Key` and `api.key` are all `api`, `key`.
 * Leaves out numbers.
 */
function nameParts(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z]+/)
    .filter(Boolean)
    .map((word) => word.toLowerCase());
}
