import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openSandbox } from "../support/rig/sandbox.ts";
import { openTerminal } from "../support/rig/terminal.ts";

/** The program that start.mjs runs in the sandbox. */
const demo = ["node", "/run/fleet/tool/scripts/demo.mjs"];

const root = fileURLToPath(new URL("../../", import.meta.url));

it("npm start takes the example fleet through its life", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/start.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const commands = stdout.split("\n").filter((line) => line.startsWith("$ fleet "));
  expect(commands.map((line) => line.split(" ")[2])).toEqual([
    "validate",
    "plan",
    "apply",
    "status",
    "logs",
    "send",
    "wait",
    "status",
    "attach",
    "plan",
    "apply",
    "plan",
    "watch",
    "destroy",
  ]);
  expect(stdout).toMatch(/~ scribe changed: Description changed[^]*~ scribe started: it does not run/);
  expect(stdout).toContain(
    "Still the same processes: board, coder-1, coder-2, coder-3, planner, reviewer, writer.",
  );
  expect(stdout).toMatch(/writer +agent +running +waiting [^:]+: which issue\?/);
  expect(stdout).toMatch(/writer {2}delivered[^]*writer +running +idle /);
  expect(stdout).toMatch(
    /│ Done with issue 12; with care\n[^]*│ issue 13\n│ Working on issue 13\n│ Done with issue 13\n/,
  );
  expect(stdout).toContain("No changes. The fleet matches fleet.yaml.");
  expect(stdout).toMatch(/\d+ ms {2}altogether/);
});

it("npm start -- --keep leaves the person in a shell next to the running fleet", async () => {
  const box = await openSandbox();
  try {
    const terminal = await openTerminal(box, ["fleet", "sandbox", "--", ...demo, "--keep"]);
    await terminal.waitFor("you are in its sandbox", 45_000);
    await terminal.waitFor(/\$$/);
    await terminal.type("clear; fleet plan --detailed-exitcode; echo code $?");
    await terminal.press("Enter");
    expect(await terminal.waitFor(/^code \d+$/m)).toMatch(/No changes.*\ncode 0$/m);
    await terminal.type("exit");
    await terminal.press("Enter");
    expect(await terminal.exitCode()).toBe(0);
    expect((await box.run(["pgrep", "-f", "demo-factory"])).code).toBe(1);
  } finally {
    await box.close();
  }
});
