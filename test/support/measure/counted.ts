import type { Sandbox } from "../rig/sandbox.ts";
import { commandsIn } from "../fleet/fleet.ts";

/** The other programs started by a run of `fleet`. */
export interface Cost {
  readonly code: number;
  /** External commands reported by -v, without their units and panes, sorted: some run side by side. */
  readonly commands: readonly string[];
  /** The beginnings of the errors on its standard error. */
  readonly errors: readonly string[];
  /** Names of all executed programs, with any parent, sorted. */
  readonly programs: readonly string[];
}

const folder = "/run/home/counted";

/** Puts a script in front of every program of the system. It notes its name before it becomes that program. */
export async function placeCounters(box: Sandbox): Promise<void> {
  const note = '#!/bin/sh\necho "${0##*/}" >>"$COUNTED"\nexec "/usr/bin/${0##*/}" "$@"\n';
  await box.write(`${folder}/.note`, note, 0o755);
  // In one process: there are thousands of programs.
  const link = `const { readdirSync, symlinkSync } = require("node:fs");
    for (const name of readdirSync("/usr/bin")) if (name !== "node") symlinkSync(".note", name);`;
  await box.run(["node", "-e", link], { cwd: folder });
}

/** Runs `fleet ARGS… -v` with counters in front of everything on PATH. */
export async function countedRun(box: Sandbox, ...args: readonly string[]): Promise<Cost> {
  const log = "/tmp/counted";
  await box.write(log, "");
  // /run/fleet/bin contains fleet and node: these do not count.
  const env = { PATH: `${folder}:/run/fleet/bin`, COUNTED: log, MOSAIC_FLEET_TIMEOUT_FACTOR: "10" };
  const ran = await box.run(["fleet", ...args, "-v"], { env });
  const programs = (await box.read(log)).split("\n").filter(Boolean).sort();
  const commands = commandsIn(ran.stderr).map(withoutNames).toSorted();
  return { code: ran.code, commands, errors: ran.stderr.match(/Error.*/g) ?? [], programs };
}

/** Returns a command and its verb, without the operands. */
function withoutNames(command: string): string {
  return command.replace(/ (?:-- |USER_UNIT=).*/, "").replace(/(?<=capture-pane) .*/, "");
}
