import { lastLine } from "../text/last-line.ts";

/**
 * Lines in which ssh itself says why a login failed (OpenSSH 9.2 and 10.0, tried). With a jump host, another ssh says it
 * first, and then the one for the host only tells the loss of that connection.
 */
const reasons: readonly RegExp[] = [
  /host key .*you have requested strict checking/i,
  /^ssh: /,
  /^channel \d+: open failed: /,
  /: Permission denied \(/,
  /^Host key verification failed/,
  /^Connection to (?!UNKNOWN ).* timed out/,
];

/** A loss of the connection to a jump host, or to another program between: it has no address. */
const lossBetween = / UNKNOWN port \d+(?: timed out)?$/;

/** Returns the line that says why a connection failed, from the errors of ssh; undefined without one. */
export function failureLine(said: string): string | undefined {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  for (const reason of reasons) {
    const found = lines.findLast((line) => reason.test(line));
    if (found !== undefined) return found;
  }
  return lines.findLast((line) => !lossBetween.test(line)) ?? lastLine(said);
}
