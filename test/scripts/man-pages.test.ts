import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { manPages } from "../../src/command-line/man/pages.ts";
import { roffText } from "../../src/command-line/man/roff.ts";
import { program } from "../../src/command-line/program.ts";
import { cli } from "../support/rig/outer.ts";

const folder = join(dirname(cli), "man");
const pages = readdirSync(folder).sort();
const { man, version } = JSON.parse(readFileSync("package.json", "utf8")) as {
  man: string[];
  version: string;
};
const has = (tool: string): boolean => spawnSync("which", [tool]).status === 0;
for (const [tool, name] of [
  ["mandoc", "mandoc"],
  ["groff", "groff-base"],
  ["man", "man-db"],
] as const) {
  if (!has(tool)) console.log(`The man pages were not checked by ${tool}: apt-get install ${name}`);
}

describe("The man pages", () => {
  const built = manPages({ version, date: "2026-01-02" });

  it("are one of fleet, one of each command, and one of fleet.yaml, and npm installs each", () => {
    const commands = program(undefined, () => Promise.resolve()).commands.map((command) => command.name());
    expect(pages).toEqual([...commands.map((name) => `fleet-${name}.1`), "fleet.1", "fleet.yaml.5"].sort());
    expect(man).toEqual(pages.map((page) => `dist/man/${page}`));
  });

  it("are those of the sources, with the version, and a date alone changes between builds", () => {
    for (const page of pages) {
      const kept = readFileSync(join(folder, page), "utf8");
      expect(kept.replace(/\d{4}-\d\d-\d\d/, "2026-01-02")).toBe(built.get(page));
    }
  });

  it("name each command, argument and flag", () => {
    const root = program(undefined, () => Promise.resolve());
    for (const command of root.commands) {
      const page = built.get(`fleet-${command.name()}.1`) ?? "";
      expect(built.get("fleet.1")).toContain(`\\fBfleet ${roffText(command.name())}\\fR`);
      for (const { flags, hidden } of command.options) {
        if (!hidden) expect(page).toContain(`\\fB${roffText(flags)}\\fR`);
      }
      for (const argument of command.registeredArguments)
        expect(page).toContain(`\\fB${roffText(argument.name())}\\fR`);
    }
  });

  it("name each key of fleet.yaml", () => {
    const schema = JSON.parse(readFileSync("fleet.schema.json", "utf8")) as {
      properties: { agents: { additionalProperties: { properties: object } } };
    };
    const keys = Object.keys(schema.properties.agents.additionalProperties.properties);
    expect(keys.length).toBeGreaterThan(10);
    for (const key of [...Object.keys(schema.properties), ...keys])
      expect(built.get("fleet.yaml.5")).toContain(`\\fB${key}\\fR`);
  });

  it.skipIf(!has("mandoc"))("are accepted by mandoc without a warning", () => {
    const ran = spawnSync("mandoc", ["-Tlint", "-W", "warning", ...pages], { cwd: folder, encoding: "utf8" });
    expect(ran).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  it.skipIf(!has("groff"))("are accepted by groff without a warning", () => {
    // One run reads all pages, and its warnings name the page.
    const ran = spawnSync("groff", ["-man", "-ww", "-Tutf8", ...pages], { cwd: folder, encoding: "utf8" });
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: "" });
  });

  it.skipIf(!has("man"))("show flags that can be copied, and lines that begin with a point", () => {
    const show = (page: string): string =>
      spawnSync("man", ["-l", join(folder, page)], {
        encoding: "utf8",
        env: { ...process.env, MANWIDTH: "100", LC_ALL: "C.UTF-8" },
      }).stdout;
    expect(show("fleet-plan.1")).toContain("--detailed-exitcode");
    expect(show("fleet.1")).toContain(".yaml is the fleet file: fleet plan x.yaml is fleet plan -f x.yaml.");
  });

  it("are linked by an installation for all users", () => {
    const scratch = mkdtempSync(join(tmpdir(), "man-"));
    // With --install-links, npm packs the folder, and installs that package.
    const words = "install --global --install-links --ignore-scripts --offline --no-audit --prefix".split(
      " ",
    );
    const installed = spawnSync("npm", [...words, scratch, "."], { encoding: "utf8" });
    expect(installed).toMatchObject({ status: 0 });
    expect(readdirSync(join(scratch, "share/man/man1"))).toContain("fleet-plan.1");
    expect(readdirSync(join(scratch, "share/man/man5"))).toEqual(["fleet.yaml.5"]);
    rmSync(scratch, { recursive: true });
  });
});
