import fc, { type Arbitrary } from "fast-check";
import { markWithComment, markWithSection } from "../../../src/desired/marks/file-mark.ts";

/** Put together here, so no scanner of secrets takes this file for a leak. */
const filler = "aB3dE5gH7jK9mN1pQ3sT5vW7";

/** None of them is a part of another, or of the text around them. */
export const secrets = [
  "hunter2x",
  "hush-hush",
  "pass word",
  'quo"ted',
  "dol$lar",
  `ghp_${filler}`,
  ["0123456789abcdef", "fedcba98"].join(""),
  "first line\nsecond line",
] as const;

const secret = fc.constantFrom(...secrets);
const innocent = fc.constantFrom("1", "opus", "", "a b", 'a "b"', "/srv/app");
const value = fc.oneof(secret, innocent);
const blanks = fc.constantFrom("", "", " ", "\t");

/** Returns a value as people may write it: in double or single quotes, or with backslashes. */
function written(style: "double" | "single" | "bare", text: string): string {
  if (style === "single" && !text.includes("'")) return `'${text}'`;
  if (style === "bare" && /^[\w./-]+$/.test(text)) return text;
  return `"${text.replaceAll(/["\\`$]/g, "\\$&")}"`;
}

const style = fc.constantFrom("double", "single", "bare");
const envName = fc.constantFrom("API_TOKEN", "PASSWORD", "MODEL", "NOTE", "export API_KEY");

const assignment = fc
  .tuple(blanks, envName, blanks, style, value, blanks)
  .map(
    ([indent, name, gap, how, text, trail]) => `${indent}${name}${gap}=${gap}${written(how, text)}${trail}`,
  );

/** Places for a secret that are no value of a variable with a telling name. */
const elsewhere: Arbitrary<string> = fc.tuple(secret, style, fc.nat(9)).map(([text, how, form]) => {
  const word = text.split("\n")[0] ?? "";
  return (
    [
      `# API_TOKEN=${word}`,
      `; note: ${word}`,
      `API_TOKEN ${word}`,
      `# TOKEN ${word}`,
      `OPTIONS=${written(how, `--model opus --token ${text}`)}`,
      `MOSAIC_AGENT_COMMAND=${written(how, `run --api-key=${text} --fast`)}`,
      `HOME_PAGE=https://me:${word.replaceAll(/\W/g, "")}@example.org/x`,
      `# see https://me:${word.replaceAll(/\W/g, "")}@example.org/x`,
      `${word}=1`,
      `HEADER=Authorization: Bearer ${word.replaceAll(/\W/g, "")}`,
    ][form] ?? ""
  );
});

const envLine = fc.oneof(
  { weight: 4, arbitrary: assignment },
  { weight: 3, arbitrary: elsewhere },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "# plain", "MOSAIC_AGENT_CONFIG=mosaic 0123456789abcdef env.A=01234567"),
  },
);

/** Env files, such as the fleet and people write them. */
export const envText: Arbitrary<string> = textOf(envLine);

const unitLine = fc.oneof(
  fc.tuple(secret, fc.nat(7)).map(([text, form]) => {
    const word = text.split("\n")[0] ?? "";
    return (
      [
        `Environment=API_TOKEN=${word}`,
        `Environment=A=1 API_TOKEN=${word} \\\n  B=${word}`,
        `ExecStart=/usr/bin/run --token ${word} \\\n  --fast`,
        `# TOKEN=${word}`,
        `-----BEGIN RSA PRIVATE KEY-----\n${word}\n-----END RSA PRIVATE KEY----- ${word}`,
        `Description=${word} and more`,
        `ExecStart=curl -H 'Authorization: Bearer ${word.replaceAll(/\W/g, "")}' https://example.org/`,
        `Environment=URL=https://me:${word.replaceAll(/\W/g, "")}@example.org/a/B`,
      ][form] ?? ""
    );
  }),
  fc.constantFrom("[Service]", "MemoryMax=1G", "", "# plain", "Nice=\\\n  1"),
);

/** Units, drop-ins and scripts likewise. */
export const unitText: Arbitrary<string> = textOf(unitLine);

function textOf(line: Arbitrary<string>): Arbitrary<string> {
  return fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom("\n", "\n", "\r\n"), fc.boolean())
    .map(([lines, end, isWhole]) => lines.join(end) + (isWhole && lines.length > 0 ? end : ""));
}

const mark = { fleet: "mosaic", agent: "canary" };

/** Returns the same with the fleet's mark: as it was written, or edited since, above or below the mark. */
export function marked(text: Arbitrary<string>, how: "comment" | "section"): Arbitrary<string> {
  const write = how === "comment" ? markWithComment : markWithSection;
  return fc.tuple(text, fc.option(text), fc.option(text)).map(([body, above, below]) => {
    const own = write(body === "" || body.endsWith("\n") ? body : `${body}\n`, mark);
    return `${above === null ? "" : `${above}\n`}${own}${below ?? ""}`;
  });
}
