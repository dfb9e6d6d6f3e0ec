import { fileURLToPath } from "node:url";
import { tmux } from "../fleet/fleet.ts";
import type { Sandbox } from "../rig/sandbox.ts";

const fileOf = (name: string): string => fileURLToPath(new URL(`${name}.mjs`, import.meta.url));

/** The stand-in for claude, visible in a sandbox. */
export const withClaude = { visible: { "programs/claude": fileOf("claude") } };

/** All stand-ins. */
export const withPrograms = {
  visible: {
    ...withClaude.visible,
    "programs/codex": fileOf("codex"),
    "programs/aider": fileOf("aider"),
  },
};

/** Their paths there. */
export const claude = "/run/fleet/programs/claude";
export const codex = "/run/fleet/programs/codex";
export const aider = "/run/fleet/programs/aider";

/** Types a line into the pane of an agent. */
export async function type(box: Sandbox, agent: string, line: string): Promise<void> {
  await tmux(box, "send-keys", "-l", "-t", `=${agent}:`, line);
  await tmux(box, "send-keys", "-t", `=${agent}:`, "Enter");
}

/** Returns the screen of an agent. */
export async function screenOf(box: Sandbox, agent: string): Promise<string> {
  return tmux(box, "capture-pane", "-p", "-t", `=${agent}:`).catch(() => "");
}
