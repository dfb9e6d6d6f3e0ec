import { expect } from "vitest";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import { declare, waits } from "./fleet.ts";
import { linesOf } from "./state.ts";

export const runtimes = { quiet: { command: waits } };
export const defaults = { runtime: "quiet", onChange: "restart" };
/** Folders and files of the fleet `mosaic`, below ~/.config. */
export const envDir = "mosaic/fleet/agents";
export const tools = "mosaic/tools/fleet";
export const units = "systemd/user";
export const wants = `${units}/default.target.wants`;
export const template = `${units}/mosaic-agent@.service`;

/** Declares one agent that runs and never changes, and two stopped ones: a run need not wait for them. */
export async function declareTurn(box: Sandbox, turn: string, others: object = {}): Promise<void> {
  const stopped = { state: "stopped", env: { TURN: turn }, description: `turn ${turn}` };
  await declare(box, {
    runtimes,
    defaults,
    agents: { runs: {}, first: stopped, second: { state: "stopped", env: { TURN: turn } }, ...others },
  });
}

/**
 * Returns everything of the user outside of the fleet's own places, as lines that are equal if and only if nothing of
 * it was written, removed or given another mode.
 */
export async function outside(box: Sandbox): Promise<readonly string[]> {
  const own = [
    "$HOME/.config/mosaic",
    `$HOME/.config/${units}/mosaic-*`,
    `$HOME/.config/${wants}/mosaic-*`,
    "$HOME/.cache/mosaic-fleet",
    "$HOME/.local/state/mosaic",
    "$HOME/work/fleet.yaml",
    "$XDG_RUNTIME_DIR/mosaic-*",
    "$XDG_RUNTIME_DIR/systemd",
    "$XDG_RUNTIME_DIR/sandbox.log", // the messages of the user manager, where it has no journal
    "/tmp/tmux-*",
    "/tmp/rig-*",
    "/tmp/node-compile-cache",
  ];
  const skip = own.map((path) => `-path "${path}"`).join(" -o ");
  const found = `find "$HOME" "$XDG_RUNTIME_DIR" /tmp \\( ${skip} \\) -prune -o`;
  return linesOf(
    await box.sh(`{
      ${found} -type d -printf '%p %y%m\n'
      ${found} ! -type d -printf '%p %y%m %i %T@ %l\n'
      ${found} -type f -print0 | xargs -0 -r sha256sum
      find ~/decoys -type d -printf '%p %T@\n'
    } | sort`),
  );
}

/** Returns the output of a run that was blocked, and so has done nothing. */
export const blocked = async (ran: Promise<Ran>): Promise<string> => {
  const { code, stdout, stderr } = await ran;
  expect({ code, stderr }).toEqual({ code: 6, stderr: "" });
  return stdout;
};
