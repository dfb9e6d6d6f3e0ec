import type { Sandbox } from "../rig/sandbox.ts";
import { commandsIn } from "./fleet.ts";

/** What a run of `fleet` cost in other programs. */
export interface Cost {
  readonly code: number;
  /** External commands that -v told of, without their units and panes, sorted: some run side by side. */
  readonly commands: readonly string[];
  /** Names of all programs that were really executed, by whomever, sorted. */
  readonly programs: readonly string[];
}

const folder = "/run/home/counted";

/** Puts something in front of every program of the system that notes its name before it becomes that program. */
export async function placeCounters(box: Sandbox): Promise<void> {
  const note = '#!/bin/sh\necho "${0##*/}" >>"$COUNTED"\nexec "/usr/bin/${0##*/}" "$@"\n';
  await box.write(`${folder}/.note`, note, 0o755);
  await box.sh("ls /usr/bin | grep -vx node | xargs -I NAME ln -s .note NAME", { cwd: folder });
}

/** Runs `fleet ARGS… -v` with counters in front of everything that it can start by name. */
export async function countedRun(box: Sandbox, ...args: readonly string[]): Promise<Cost> {
  const log = "/tmp/counted";
  await box.write(log, "");
  // In /run/fleet/bin are fleet and node, which do not count.
  const env = { PATH: `${folder}:/run/fleet/bin`, COUNTED: log };
  const ran = await box.run(["fleet", ...args, "-v"], { env, timeoutMs: 120_000 });
  const programs = (await box.read(log)).split("\n").filter(Boolean).sort();
  return { code: ran.code, commands: commandsIn(ran.stderr).map(withoutNames).toSorted(), programs };
}

/** A command's file and what it is told to do, without the things to do it to. */
function withoutNames(command: string): string {
  return command.replace(/ -- .*/, "").replace(/(?<=capture-pane) .*/, "");
}
