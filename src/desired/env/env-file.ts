/**
 * Environment files in systemd's own quoting (systemd.exec(5), EnvironmentFile=; src/basic/env-file.c):
 * inside double quotes only `"`, `\`, `` ` `` and `$` need a backslash, and newlines stand for themselves.
 */

/** Returns the text of an env file with one assignment a line, in the given order. */
export function renderEnvFile(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `${name}=${quoteEnvValue(value)}\n`).join("");
}

/** Characters without a special meaning in any state of systemd's parser. */
const plainValue = /^[A-Za-z0-9_./:@%+=,-]+$/;

function quoteEnvValue(value: string): string {
  if (plainValue.test(value)) return value;
  return `"${value.replace(/["\\`$]/g, "\\$&")}"`;
}
