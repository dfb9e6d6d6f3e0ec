import { lastLine } from "../text/last-line.ts";

/** A definite answer of a server or of ssh: another try would get the same one. */
export type LoginRefusal =
  /** The key of the machine is unknown, or another one. */
  | "key"
  /** The machine does not accept the login. Servers lock out clients that come again and again. */
  | "login";

/** The reason of a failed connection. */
export interface LoginFailure {
  readonly line: string;
  /** Undefined if another try may go well. */
  readonly refusal: LoginRefusal | undefined;
}

/**
 * Lines in which ssh itself says why a login failed (OpenSSH 9.2 and 10.0, tried). With a jump host, another ssh says it
 * first, and then the one for the host only tells the loss of that connection.
 */
const failurePatterns: readonly (readonly [RegExp, LoginRefusal | undefined])[] = [
  [/host key .*you have requested strict checking/i, "key"],
  [/^ssh: /, undefined],
  [/^channel \d+: open failed: /, undefined],
  [/: Permission denied \(/, "login"],
  [/^Host key verification failed/, "key"],
  [/^Connection to (?!UNKNOWN ).* timed out/, undefined],
];

/** A loss of the connection to a jump host, or to another program between: it has no address. */
const lossBetween = / UNKNOWN port \d+(?: timed out)?$/;

/** Returns why a connection failed, from the errors of ssh; undefined without a word. */
export function loginFailure(said: string): LoginFailure | undefined {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  for (const [reason, refusal] of failurePatterns) {
    const line = lines.findLast((each) => reason.test(each));
    if (line !== undefined) return { line, refusal };
  }
  const line = lines.findLast((each) => !lossBetween.test(each)) ?? lastLine(said);
  return line === undefined ? undefined : { line, refusal: undefined };
}
