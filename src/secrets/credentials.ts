import type { Reach } from "./values.ts";
import type { Span } from "./values.ts";

/**
 * `-u USER:PASSWORD`, as curl and many other programs take it: also among other short options (`-su`), without a blank
 * (`-uUSER:…`), in the long forms, and as words of a list or of JSON.
 */
const option =
  /(?<![\w-])(?:-u(?=[^\s"',=\\-])|-[A-Za-z]{0,6}[uU](?=[\s"',=\\])|--(?:proxy-)?user(?=[\s"',=\\]))[\s"',=\\]*(?<user>[^\s"',=:\\]+):(?<secret>(?:\\.|[^\s"'\\])+)/g;

/** The passwords that follow a user's name in options of commands. `reach` is how far one goes, as in secretSpans. */
export function credentialSpans(text: string, reach: Reach): readonly Span[] {
  return [...text.matchAll(option)].flatMap((found) => {
    const { user = "", secret = "" } = found.groups ?? {};
    if (isHarmless(user, secret)) return [];
    const whole = found.index + found[0].length;
    const end = whole - (reach === "word" ? (/[\],}]+$/.exec(secret)?.[0].length ?? 0) : 0);
    return [{ start: whole - secret.length, end: reach === "rest" ? text.trimEnd().length : end }];
  });
}

/** A user's and a group's number, an address, or a variable that is looked up when the command runs. */
function isHarmless(user: string, secret: string): boolean {
  return (
    (/^\d+$/.test(user) && /^\d+[\],}]*$/.test(secret)) ||
    secret.startsWith("//") ||
    /^\\?\$(?:\{\w+\}|\w+)[\],}]*$/.test(secret)
  );
}
