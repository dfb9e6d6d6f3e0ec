import { fileURLToPath } from "node:url";
import { tmux } from "../fleet/fleet.ts";
import type { Sandbox } from "../rig/sandbox.ts";

/** The stand-in for claude, visible in a sandbox. */
export const withClaude = {
  visible: { "programs/claude": fileURLToPath(new URL("claude.mjs", import.meta.url)) },
};

/** All stand-ins. */
export const withPrograms = {
  visible: {
    ...withClaude.visible,
    "programs/codex": fileURLToPath(new URL("codex.mjs", import.meta.url)),
    "programs/aider": fileURLToPath(new URL("aider.mjs", import.meta.url)),
    "programs/gemini": fileURLToPath(new URL("gemini.mjs", import.meta.url)),
    "programs/opencode": fileURLToPath(new URL("opencode.mjs", import.meta.url)),
  },
};

/** Their paths there. */
export const claude = "/run/fleet/programs/claude";
export const codex = "/run/fleet/programs/codex";
export const aider = "/run/fleet/programs/aider";
export const gemini = "/run/fleet/programs/gemini";
export const opencode = "/run/fleet/programs/opencode";

/** Types a line into the pane of an agent. */
export async function type(box: Sandbox, agent: string, line: string): Promise<void> {
  await tmux(box, "send-keys", "-l", "-t", `=${agent}:`, line);
  await tmux(box, "send-keys", "-t", `=${agent}:`, "Enter");
}

/** Returns the screen of an agent. */
export async function screenOf(box: Sandbox, agent: string): Promise<string> {
  return tmux(box, "capture-pane", "-p", "-t", `=${agent}:`).catch(() => "");
}
