import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { envFileDoubts } from "../../src/desired/env/env-file-doubts.ts";
import { environmentOf } from "../../src/desired/env/env-file-entries.ts";
import { renderEnvFile } from "../../src/desired/env/env-file.ts";
import { hostileText, isCarriable } from "../support/faults/hostile-texts.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";

const fileCount = 300;

/** Each instance copies its environment, as systemd made it of its file, and ends. */
const unit = `[Service]
Type=oneshot
EnvironmentFile=%h/env/%i
ExecStart=/bin/cp /proc/self/environ %h/out/%i
`;

describe("systemd itself", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write("~/.config/systemd/user/reads@.service", unit);
    await box.write("~/write.mjs", writer);
    await box.write("~/collect.mjs", collector);
    await box.sh("mkdir ~/env ~/out && systemctl --user daemon-reload");
  });

  /**
   * Returns the variables that systemd reads from each text, or nothing if it refuses the file. Only variables with an
   * initial V count.
   */
  async function read(texts: readonly string[]): Promise<readonly Variables[]> {
    await box.sh("rm -f ~/out/* ~/env/*; node ~/write.mjs", { input: JSON.stringify(texts) });
    const units = texts.map((_, index) => `reads@${index}.service`);
    await box.run(["systemctl", "--user", "start", ...units]);
    return JSON.parse(await box.sh("node ~/collect.mjs", { input: JSON.stringify(texts) }));
  }

  it("reads the values of fleet.yaml from an env file", async () => {
    const variables = fc.dictionary(
      fc.stringMatching(/^V[A-Za-z0-9_]{0,4}$/),
      hostileText.filter(isCarriable),
    );
    const wanted = fc.sample(variables, fileCount);
    const found = await read(wanted.map((each) => renderEnvFile(new Map(Object.entries(each)))));
    expect(found).toEqual(wanted.map((each) => ({ ...each })));
  });

  it("reads any other file as this code does", async () => {
    const piece = fc.constantFrom(
      ..."V1=|V2=|V3 =| V4=|export V5=|=|\"|'|\\|\\\n|\n|\n|\r|\t| |#|;|$|`|a|b c|\v|\f|\u00a0|é|🦊".split(
        "|",
      ),
    );
    // systemd 254 has changed the end of a comment, and the fleet tells people.
    const isAlike = (text: string): boolean =>
      !envFileDoubts(text).some(({ kind }) => kind === "long-comment");
    const texts = fc.sample(fc.string({ unit: piece, maxLength: 25 }).filter(isAlike), fileCount);
    const found = await read(texts);
    const expected = texts.map((text) =>
      Object.fromEntries([...environmentOf(text)].filter(([name]) => name.startsWith("V"))),
    );
    const wrong = texts.flatMap((text, index) =>
      JSON.stringify(found[index], sorted) === JSON.stringify(expected[index], sorted)
        ? []
        : [{ text, found: found[index], expected: expected[index] }],
    );
    expect(wrong).toEqual([]);
  });
});

type Variables = Readonly<Record<string, string>>;

/** Sorts keys. */
function sorted(_key: string, value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

const writer = `
import { readFileSync, writeFileSync } from "node:fs";
JSON.parse(readFileSync(0, "utf8")).forEach((text, index) => writeFileSync(process.env.HOME + "/env/" + index, text));`;

const collector = `
import { existsSync, readFileSync } from "node:fs";
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((_, index) => {
  const file = process.env.HOME + "/out/" + index;
  if (!existsSync(file)) return undefined;
  const entries = readFileSync(file, "utf8").split("\\0").filter((entry) => entry.startsWith("V"));
  return Object.fromEntries(entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
})));`;
