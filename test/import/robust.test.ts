import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { settleImport } from "../../src/commands/import/settle.ts";
import { formats, type ImportFormat } from "../../src/import/format-names.ts";
import { readerOf } from "../../src/import/formats.ts";

const root = new URL("golden/", import.meta.url);
const world = { home: "/home/ada", user: "ada", shell: "bash" };

const inputs = readdirSync(root).flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, root))
    .filter((file) => !/\.(?:expect\.yaml|told\.txt)$/.test(file))
    .map((file) => ({ folder, text: readFileSync(new URL(`${folder}/${file}`, root), "utf8") })),
);

/** A layout of zellij, of which there is no input. */
const layout = `layout {
  cwd "/srv"
  pane_template name="agent" command="claude" { args "--continue"; }
  tab name="one" focus=true cwd="app" {
    pane split_direction="vertical" { agent; pane command="npm" { args "run" "dev" } }
    pane size=1 borderless=true { plugin location="zellij:status-bar" }
  }
  tab name="two" { pane edit="a b.md"; pane }
}
`;

/** Returns numbers from 0 to 1 that look random, the same for each seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

const pieces = [
  "null",
  "[]",
  "{}",
  "- x",
  "  ",
  ": ",
  "'",
  '"',
  "$HOME/x",
  "{{.X}}",
  "\t",
  "12",
  "true",
  "*a",
  "&a",
  "\u2028",
  "~",
  "\n",
];

/** Returns a text with a few random edits. */
function damaged(text: string, random: () => number): string {
  let result = text;
  for (let count = 0; count < 3; count += 1) {
    const from = Math.floor(random() * result.length);
    const to = from + Math.floor(random() * 12);
    const piece = pieces[Math.floor(random() * pieces.length)] ?? "";
    result = result.slice(0, from) + (random() < 0.6 ? piece : "") + result.slice(random() < 0.5 ? from : to);
  }
  return result;
}

async function readsOrRefuses(format: ImportFormat, text: string): Promise<void> {
  const reader = await readerOf(format);
  const input = {
    path: "file.yaml",
    name: "file.yaml",
    folder: "/home/ada/app",
    text,
    companions: new Map([[".env", text]]),
  };
  for (const per of ["auto", "pane"] as const) {
    const reading = reader(input, world, per);
    if (!reading.ok) {
      expect(reading.diagnostics.length, text).toBeGreaterThan(0);
      continue;
    }
    const settled = settleImport(reading.value, []);
    expect(settled, text).toMatchObject({ ok: true });
  }
}

describe("fleet import of any text", () => {
  it.each(formats)("reads or refuses damaged files as %s, and its result is always valid", async (format) => {
    const own = [
      ...inputs.filter(({ folder }) => folder === format || folder === "others").map(({ text }) => text),
      layout,
    ];
    const random = numbers(formats.indexOf(format) + 7);
    for (const text of own) {
      await readsOrRefuses(format, text);
      for (let round = 0; round < 6; round += 1) await readsOrRefuses(format, damaged(text, random));
    }
  });

  it("reads the tabs and panes of a layout of zellij", async () => {
    const input = {
      path: "dev.kdl",
      name: "dev.kdl",
      folder: "/home/ada/app",
      text: layout,
      companions: new Map<string, string>(),
    };
    const reading = (await readerOf("zellij"))(input, world, "session");
    if (!reading.ok) throw new Error(JSON.stringify(reading.diagnostics));
    expect(reading.value.agents).toMatchObject([
      {
        name: "dev",
        keys: { command: ["claude", "--continue"], workdir: "/srv/app", restart: { policy: "no" } },
      },
    ]);
    expect(reading.value.agents[0]?.wishes["windows"]).toEqual(
      new Map<string, unknown>([
        ["main", { title: "one", panes: [{ command: ["npm", "run", "dev"] }] }],
        ["two", { workdir: "/srv", panes: [{ command: ["bash", "-lic", "${EDITOR:-vi} 'a b.md'"] }, {}] }],
      ]),
    );
  });
});
