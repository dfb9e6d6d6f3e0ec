import { noSpans, type Reach, type Span } from "./values.ts";

/**
 * `-u USER:PASSWORD`, as curl and many other programs take it: also among other short options (`-su`),
 * without a blank (`-uUSER:…`), in the long forms, and as words of a list or of JSON.
 */
const option =
  /(?<![\w-])(?:-u(?=[^\s"',=\\-])|-[A-Za-z]{0,6}[uU](?=[\s"',=\\])|--(?:proxy-)?user(?=[\s"',=\\]))[\s"',=\\]*(?<user>[^\s"',=:\\]+):(?<secret>(?:\\.|[^\s"'\\])+)/g;

/**
 * Returns the passwords after a user's name in options of commands. `reach` limits their length, as in
 * secretSpans.
 */
export function credentialSpans(text: string, reach: Reach): readonly Span[] {
  // Every match has both signs, and most texts have not.
  if (!text.includes(":") || !text.includes("-")) return noSpans;
  return [...text.matchAll(option)].flatMap((found) => {
    const { user = "", secret = "" } = found.groups ?? {};
    if (isHarmless(user, secret)) return [];
    const whole = found.index + found[0].length;
    const end = whole - (reach === "word" ? (/[\],}]+$/.exec(secret)?.[0].length ?? 0) : 0);
    return [{ start: whole - secret.length, end: reach === "rest" ? text.trimEnd().length : end }];
  });
}

/** Returns true for the numbers of a user and a group, an address, or a variable the shell expands. */
function isHarmless(user: string, secret: string): boolean {
  return (
    (/^\d+$/.test(user) && /^\d+[\],}]*$/.test(secret)) ||
    secret.startsWith("//") ||
    /^\\?\$(?:\{\w+\}|\w+)[\],}]*$/.test(secret)
  );
}
