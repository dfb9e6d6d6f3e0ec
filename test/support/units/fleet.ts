import { renderEnvFile } from "../../../src/desired/env/env-file.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";

/** The fleet of units/ as a person makes it by hand, without the reconciler. */

/** Installs units/ word for word as the documentation says. `units` is their directory inside. */
export async function installUnits(box: Sandbox, units = "/run/fleet/tool/units"): Promise<void> {
  await box.sh(`
    cd "$(dirname ${units})" && test "$(basename ${units})" = units
    mkdir -p ~/.config/systemd/user ~/.config/mosaic/tools/fleet ~/.config/mosaic/fleet/agents
    cp units/mosaic-*.service ~/.config/systemd/user/
    cp units/start-agent-session.sh ~/.config/mosaic/tools/fleet/ && chmod +x ~/.config/mosaic/tools/fleet/start-agent-session.sh
    systemctl --user daemon-reload`);
}

/** Writes the env file of an agent. */
export async function declare(
  box: Sandbox,
  agent: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const text = renderEnvFile(new Map(Object.entries(variables)));
  await box.write(`~/.config/mosaic/fleet/agents/${agent}.env`, text, 0o600);
}

/** Writes a drop-in for the agent's unit, and reloads. */
export async function dropIn(box: Sandbox, agent: string, text: string): Promise<void> {
  await box.write(`~/.config/systemd/user/${unitOf(agent)}.d/test.conf`, text);
  await systemctl(box, "daemon-reload");
}

export function unitOf(agent: string): string {
  return `mosaic-agent@${agent}.service`;
}

/** Runs systemctl; throws with its output if it fails. */
export async function systemctl(box: Sandbox, ...args: readonly string[]): Promise<string> {
  const ran = await box.run(["systemctl", "--user", ...args]);
  if (ran.code !== 0) throw new Error(`systemctl ${args.join(" ")}: ${ran.stderr}`);
  return ran.stdout;
}

/** Declares and starts one agent that runs `command`. */
export async function start(box: Sandbox, agent: string, command: string): Promise<void> {
  await declare(box, agent, { MOSAIC_AGENT_COMMAND: command });
  await systemctl(box, "start", unitOf(agent));
}

/** Returns one property of the agent's unit. */
export async function property(box: Sandbox, agent: string, name: string): Promise<string> {
  return (await systemctl(box, "show", "--property", name, "--value", unitOf(agent))).trim();
}

/** Runs tmux on the fleet's socket, and throws with its output if it fails. */
export async function tmux(box: Sandbox, ...args: readonly string[]): Promise<string> {
  const ran = await box.run(["tmux", "-N", "-L", "mosaic-factory", ...args]);
  if (ran.code !== 0) throw new Error(`tmux ${args.join(" ")}: ${ran.stderr}`);
  return ran.stdout;
}

/** Returns a tmux format's value for a pane (or the active pane of a session: `=NAME:`), without the newline. */
export async function pane(box: Sandbox, target: string, format: string): Promise<string> {
  return (await tmux(box, "display-message", "-p", "-t", target, format)).trimEnd();
}

/** Names of the sessions on the fleet's socket, sorted. */
export async function sessions(box: Sandbox): Promise<readonly string[]> {
  const ran = await box.run(["tmux", "-N", "-L", "mosaic-factory", "list-sessions", "-F", "#{session_name}"]);
  return ran.stdout.split("\n").filter(Boolean).toSorted();
}

/** Returns everything that a session's active pane shows and has shown. */
export async function scrollback(box: Sandbox, agent: string): Promise<string> {
  return tmux(box, "capture-pane", "-p", "-S", "-", "-t", `=${agent}:`);
}

/** Returns true if there is such a file inside. */
export async function exists(box: Sandbox, path: string): Promise<boolean> {
  return (await box.run(["sh", "-c", `test -e ${path}`])).code === 0;
}

/** Returns the user's own lines in the journal of an agent's unit. */
export async function journal(box: Sandbox, unit: string): Promise<string> {
  return box.sh(`journalctl --user-unit=${unit} --output=cat --no-pager --quiet`);
}

/** Waits until the journal has a text from the unit: it arrives a little later than the event. */
export async function untilLogged(box: Sandbox, unit: string, text: string): Promise<void> {
  await until(`the journal of ${unit} has ${text}`, async () => (await journal(box, unit)).includes(text));
}

/** Waits until the unit's ActiveState is this. */
export async function untilState(box: Sandbox, agent: string, state: string): Promise<void> {
  await until(`${agent} is ${state}`, async () => (await property(box, agent, "ActiveState")) === state);
}

/** Waits until the agent's pane has shown a text. */
export async function untilShown(box: Sandbox, agent: string, text: string): Promise<void> {
  await until(`the pane of ${agent} shows ${text}`, async () =>
    (await scrollback(box, agent)).includes(text),
  );
}
