import { describe, expect, it } from "vitest";
import { commandsOf, inFolder, loadedWith, reachableFrom, sources } from "./support/sources.ts";

/**
 * The writing ones among the reading commands: into a folder named by the user, a temporary one, or the folder of locks. Every other command
 * declared in command-line/commands/reading-commands.ts reaches nothing that acts.
 */
const writtenFolders: Readonly<Record<string, readonly string[]>> = {
  "commands/render.ts": ["drivers/files/write.ts"],
  // The link for the browser, in the folder for locks.
  "commands/ui/ui.ts": ["drivers/files/write.ts"],
  "commands/validate-units.ts": ["drivers/files/write.ts"],
};

/** Changes that an option of a reading command asks for. Their code is loaded with that option alone. */
const changes: ReadonlySet<string> = new Set(["commands/ui/service.ts"]);

/** Small files of the commands on other machines that every run of a command has. */
const smallPartsOfHosts: Readonly<Record<string, readonly string[]>> = {
  // It recognizes the address of an agent on another machine.
  "cli.ts": ["hosts/host-address.ts"],
  "commands/ui/ui.ts": ["commands/hosts/slots.ts", "report/hosts/hosts-text.ts"],
  "commands/watch/watch-service.ts": ["source/source-paths.ts"],
  "commands/watch/watch.ts": ["source/source-paths.ts"],
};

describe("the reach of a command", () => {
  it("keeps every reading command away from modules that write or change units", () => {
    const acting = [
      "drivers/files/write.ts",
      "drivers/systemd/verbs.ts",
      "drivers/tmux/kill-sessions.ts",
      "system/flock.ts",
    ];
    const acts = (path: string): boolean => acting.includes(path) || path.startsWith("apply/");
    const files = ["reading", "viewing"].map((kind) => `command-line/commands/${kind}-commands.ts`);
    const commands = [...files.flatMap(commandsOf), "commands/worktree/list.ts"].filter(
      (command) => !changes.has(command),
    );
    const known = ["commands/plan/plan.ts", "commands/status/status.ts", "commands/ui/ui.ts"];
    expect(commands).toEqual(expect.arrayContaining(known));
    for (const command of commands) {
      const reached = [...reachableFrom(command)].filter(acts);
      expect({ command, reached }).toEqual({ command, reached: writtenFolders[command] ?? [] });
    }
    expect(commands).toEqual(expect.arrayContaining(Object.keys(writtenFolders)));
    expect([...reachableFrom("commands/apply/apply.ts")]).toEqual(expect.arrayContaining(acting));
  });

  it("keeps render away from systemd and tmux, and the check of units away from changes", () => {
    const inDrivers = (command: string): readonly string[] =>
      [...reachableFrom(command)].filter((path) => /^drivers\/(?:systemd|tmux)\//.test(path)).sort();
    expect(inDrivers("commands/render.ts")).toEqual([]);
    expect(inDrivers("commands/validate-units.ts")).toEqual(["drivers/systemd/verify-units.ts"]);
  });

  it("loads nothing for other machines with a command about one machine", () => {
    const ofHosts = inFolder(
      "hosts",
      "transport",
      "commands/hosts",
      "commands/remote",
      "report/hosts",
      "source",
    );
    const isAboutHosts = (path: string): boolean =>
      path === "commands/hosts.ts" || inFolder("commands/hosts", "commands/place", "commands/source")(path);
    const declarations = sources.filter(({ path }) => /^command-line\/commands\/[^/]+\.ts$/.test(path));
    const commands = new Set(["cli.ts", ...declarations.flatMap(({ path }) => commandsOf(path))]);
    expect(commands.size).toBeGreaterThan(40);
    const loading = [...commands]
      .filter((path) => !isAboutHosts(path))
      .flatMap((path) => {
        const loaded = [...loadedWith(path)].filter(ofHosts).sort();
        return loaded.length === 0 ? [] : [[path, loaded] as const];
      });
    expect(Object.fromEntries(loading)).toEqual(smallPartsOfHosts);
  });
});
