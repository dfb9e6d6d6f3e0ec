import { chmodSync, copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cli, startOuter } from "../support/rig/outer.ts";

/**
 * A clone and a node in a folder that only their owner can enter, as `mktemp -d` makes it and as nvm keeps node below
 * /root.
 */
let closed: string;
beforeAll(() => {
  closed = mkdtempSync(join(tmpdir(), "fleet-closed-"));
  chmodSync(closed, 0o700);
  const root = dirname(dirname(cli));
  cpSync(join(root, "dist"), join(closed, "clone/dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(closed, "clone/package.json"));
  copyFileSync(process.execPath, join(closed, "node"));
});
afterAll(() => {
  rmSync(closed, { recursive: true });
});

it("works from a closed directory below /tmp, with a node from there", async () => {
  const script = 'fleet --version >/dev/null && node -p "process.version"';
  const outer = startOuter(["bash", "-c", script], join(closed, "clone/dist/cli.js"), join(closed, "node"));
  expect(await outer.exited).toBe(0);
  expect(outer.stdout()).toBe(`${process.version}\n`);
});
