/**
 * Environment files in systemd's own quoting (systemd.exec(5), EnvironmentFile=; src/basic/env-file.c): inside double
 * quotes only `"`, `\`, `` ` `` and `$` need a backslash, and newlines stand for themselves.
 */

/** Text of an env file with one assignment a line, in the order given. */
export function renderEnvFile(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `${name}=${quoteEnvValue(value)}\n`).join("");
}

/** Characters that no state of systemd's parser treats specially. */
const plain = /^[A-Za-z0-9_./:@%+=,-]+$/;

function quoteEnvValue(value: string): string {
  if (plain.test(value)) return value;
  return `"${value.replace(/["\\`$]/g, "\\$&")}"`;
}
