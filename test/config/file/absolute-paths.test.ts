import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadFleet } from "../../../src/config/file/load.ts";
import { hasRelativePaths, withAbsolutePaths } from "../../../src/config/file/absolute-paths.ts";
import type { FleetConfig } from "../../../src/config/types.ts";
import { diagnosticsOf, fleetWithAgent } from "../../support/config/errors-of.ts";

const home = mkdtempSync(join(tmpdir(), "own-folder-"));
afterAll(() => rmSync(home, { recursive: true }));

async function configOf(folder: string, cwd: string, path: string): Promise<FleetConfig> {
  mkdirSync(join(home, folder), { recursive: true });
  const text = [
    "version: 1",
    "tmux: { config: tmux.conf }",
    "defaults: { workdir: ., envFiles: [.env] }",
    "agents:",
    "  a: { command: x }",
    "  b: { command: x, workdir: ./sub/, envFiles: [../y.env, /etc/z.env, ~/h.env] }",
    "  c: { command: x, workdir: ~/src }",
    "",
  ].join("\n");
  writeFileSync(join(home, folder, "fleet.yaml"), text);
  const loaded = await loadFleet({ path, cwd: join(home, cwd), configHome: join(home, "none") });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  expect(loaded.value.folder).toBe(join(home, folder));
  return loaded.value.config;
}

describe("A relative path in fleet.yaml", () => {
  it.each([
    ["app", "app", "fleet.yaml"],
    ["app", ".", "app/fleet.yaml"],
    ["app", "app/..", "./app/fleet.yaml"],
    ["app", "elsewhere/../app", "../app/fleet.yaml"],
  ])("starts at the folder of the file: in %s, read from %s as %s", async (folder, cwd, path) => {
    mkdirSync(join(home, "elsewhere"), { recursive: true });
    const { tmux, defaults, agents } = await configOf(folder, cwd, path);
    expect(tmux.config).toBe(`${home}/app/tmux.conf`);
    expect(defaults).toMatchObject({ workdir: `${home}/app`, envFiles: [`${home}/app/.env`] });
    expect(agents["b"]).toMatchObject({
      workdir: `${home}/app/sub`,
      envFiles: [`${home}/y.env`, "/etc/z.env", "~/h.env"],
    });
    expect(agents["c"]).toMatchObject({ workdir: "~/src" });
    expect(agents["a"]).toEqual({ command: "x" });
  });

  it("keeps a folder whose name looks like a placeholder", async () => {
    const { defaults, agents } = await configOf("{name}", "{name}", "fleet.yaml");
    expect(defaults).toMatchObject({ workdir: `${home}/{{name}}`, envFiles: [`${home}/{{name}}/.env`] });
    expect(agents["b"]).toMatchObject({ workdir: `${home}/{{name}}/sub` });
  });

  it("is resolved without a change to a configuration without any", () => {
    const config: FleetConfig = {
      version: 1,
      name: "x",
      tmux: { socket: "s" },
      runtimes: {},
      defaults: {},
      agents: { a: { command: "x", workdir: "~/a", envFiles: ["/b"] } },
    };
    expect(hasRelativePaths(config)).toBe(false);
    expect(withAbsolutePaths(config, "/z")).toBe(config);
  });

  it.each(["$HOME/x", "${HOME}/x", "a/${B}", "~other/x", "C:\\x", "https://example.org"])(
    "is refused in a form without an expansion: %s",
    (path) => expect(diagnosticsOf(fleetWithAgent("command: x", `workdir: ${path}`))).toHaveLength(1),
  );
});
