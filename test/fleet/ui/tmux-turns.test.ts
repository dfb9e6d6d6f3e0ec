import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKeyQueue } from "../../../src/commands/ui/control/key-queue.ts";
import { createTerminals } from "../../../src/commands/ui/terminals/terminals.ts";
import { mostCalls, tmuxTurns } from "../../../src/commands/ui/tmux-turns.ts";
import { localMachine } from "../../../src/system/environment.ts";
import { localExec, type Exec } from "../../../src/system/exec.ts";
import { until } from "../../support/rig/until.ts";

/** The terminals that may be open at a time, on two pages. */
const agents = Array.from({ length: 16 }, (_, n) => `agent-${n}`);

/** Returns a tmux that draws no picture before there is a file, and takes keys at once. It ends with its folder. */
const slowTmux = (folder: string): string => `#!/bin/sh
case "$*" in
*send-keys*) echo "key \${*##*send-keys -t %1 -H }" >>${folder}/log; echo fleet-done; exit;;
esac
echo begin >>${folder}/log
while [ -d ${folder} ] && [ ! -e ${folder}/go ]; do sleep 0.05; done
echo end >>${folder}/log
echo "can't find pane" >&2
exit 1
`;

describe("calls of the page's server to a slow tmux", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "turns-"));
    writeFileSync(join(folder, "log"), "");
    writeFileSync(join(folder, "tmux"), slowTmux(folder), { mode: 0o755 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are few at a time for 16 terminals, and keys pass the waiting pictures in their order", async () => {
    const local = localExec(localMachine());
    const standIn: Exec = (command) => local({ ...command, file: join(folder, "tmux"), timeoutMs: 300_000 });
    // Without a FIFO there is no pipe, and each terminal asks for pictures.
    const alone: string[] = [];
    const { show, type } = tmuxTurns(async (command) => {
      if (command.shell === undefined) alone.push(command.file);
      return command.file === "tmux" ? standIn(command) : { kind: "not-found" };
    });
    const paneOf = (agent: string) => ({ socket: "slow", id: "%1", agent });
    const terminals = createTerminals({ exec: show, fleet: "mosaic", folder, paneOf });
    const pages = [0, 1].map(() => ({ send: () => undefined, sendBytes: () => undefined }));
    for (const [n, agent] of agents.entries()) {
      const page = pages[n % 2];
      if (page !== undefined) terminals.take(page, { t: "open", channel: n, agent });
    }
    const lines = (): readonly string[] => readFileSync(join(folder, "log"), "utf8").split("\n").slice(0, -1);
    const count = (word: string): number => lines().filter((line) => line === word).length;
    await until("pictures are under way", async () => count("begin") >= mostCalls);

    // A terminal takes the shell that stays, if that is free.
    expect(alone).toEqual([]);
    const refusals: string[] = [];
    const target = { id: "%1", pid: 7 };
    const keys = createKeyQueue(type, { socket: "slow", target }, (reason) => refusals.push(reason));
    for (const text of ["a", "b", "c"]) {
      keys.add({ kind: "keys", text });
      await keys.delivered();
    }
    expect(lines().flatMap((line) => /^key (\w+)/.exec(line)?.[1] ?? [])).toEqual(["61", "62", "63"]);
    expect([count("begin"), count("end"), refusals]).toEqual([mostCalls, 0, []]);

    writeFileSync(join(folder, "go"), "");
    await until("each terminal has had its picture", async () => count("end") >= agents.length);
    await terminals.close();
    let underWay = 0;
    const sizes = lines().map((line) => (underWay += line === "begin" ? 1 : line === "end" ? -1 : 0));
    expect(Math.max(...sizes)).toBe(mostCalls);
    expect(underWay).toBe(0);
  });
});
