import { describe, expect, it } from "vitest";
import { commandsOf, breaches, inFolder, reachableFrom, sources } from "./support/sources.ts";

describe("the libraries of src", () => {
  it("lets only start.ts use the launcher, because the bundle would contain a second copy", () => {
    const rest = (path: string): boolean => path !== "start.ts" && !inFolder("launcher")(path);
    expect(breaches(rest, inFolder("launcher"))).toEqual([]);
  });

  it("lets only the questions of init use the library for prompts, and loads it for no other command", () => {
    const users = sources.filter(({ imports }) => imports.includes("@clack/prompts")).map(({ path }) => path);
    expect(users).toEqual(["report/init/questions.ts"]);
    const importers = sources.filter(({ imports }) => imports.includes("report/init/questions.ts"));
    expect(importers.map(({ path }) => path)).toEqual(["commands/init/init.ts"]);
    expect(importers[0]?.text).not.toMatch(/^import .*questions\.ts/m);
  });

  it("lets only the server of MCP use its library, and loads it for no other command", () => {
    const users = sources.filter(({ imports }) =>
      imports.some((name) => name.startsWith("@modelcontextprotocol/")),
    );
    expect(users.map(({ path }) => path)).toEqual(["commands/mcp/serve.ts"]);
    const importers = sources.filter(({ knows }) => knows.includes("commands/mcp/serve.ts"));
    expect(importers.map(({ path }) => path)).toEqual(["commands/mcp/mcp.ts"]);
    expect(importers[0]?.text).not.toMatch(/^import .*serve\.ts/m);
    // A bundle of its own would have second copies of the states of these modules.
    const own = [...reachableFrom("commands/mcp/serve.ts")];
    expect(own.filter((path) => inFolder("apply", "observe", "drivers", "system")(path))).toEqual([]);
  });

  it("lets only the server of the page use its library and its own code, and loads them for no other command", () => {
    const users = sources.filter(({ imports }) => imports.includes("ws")).map(({ path }) => path);
    expect(users).toEqual(["ui/sockets.ts"]);
    const isServer = inFolder("ui", "report/ui");
    const isOfPage = inFolder("ui", "report/ui", "commands/ui");
    const others = sources.filter(({ path }) => !isOfPage(path));
    expect(others.filter(({ knows }) => knows.some(isServer)).map(({ path }) => path)).toEqual([]);
    const importers = others.filter(({ knows }) => knows.some(inFolder("commands/ui")));
    expect(importers.map(({ path }) => path)).toEqual([
      "cli.ts",
      "command-line/commands/viewing-commands.ts",
    ]);
    for (const { text } of importers) expect(text).not.toMatch(/^import .*commands\/ui\//m);
    const core = ["plan", "observe", "drivers", "config", "apply", "watch", "commands", "report", "system"];
    expect(breaches(inFolder("ui"), inFolder(...core))).toEqual([]);
  });

  it("lets only the watch of one folder use chokidar", () => {
    const users = sources.filter(({ imports }) => imports.includes("chokidar")).map(({ path }) => path);
    expect(users).toEqual(["watch/paths/folder-watch.ts"]);
  });

  it("loads the readers of other tools' files in fleet import alone, and the library for KDL for zellij", () => {
    const users = sources.filter(({ imports }) => imports.some((name) => name.startsWith("@bgotink/kdl")));
    expect(users.map(({ path }) => path)).toEqual(["import/zellij/kdl-nodes.ts"]);
    const readers = ["import/formats.ts", "config/yaml/located-nodes.ts", "config/writing/fleet-text.ts"];
    for (const command of [
      ...commandsOf("command-line/commands/reading-commands.ts"),
      "commands/apply/apply.ts",
    ]) {
      expect([...reachableFrom(command)].filter((path) => readers.includes(path))).toEqual([]);
    }
    const importing = [...reachableFrom("commands/import/import.ts")];
    expect(importing).toEqual(expect.arrayContaining(readers));
    expect(importing.filter((path) => path.startsWith("apply/"))).toEqual([]);
  });
});
