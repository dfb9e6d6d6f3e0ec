import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";

/** Returns systemd's id of each unit's current or last run, empty if it never ran; in one call. */
export async function invocationIds(
  exec: Exec,
  units: readonly string[],
): Promise<Result<ReadonlyMap<string, string>>> {
  if (units.length === 0) return ok(new Map());
  const shown = await readSystemctl(exec, ["show", "--property=Id,InvocationID", "--", ...units]);
  return shown.ok ? ok(parseInvocations(shown.value)) : shown;
}

/** Reads blocks of KEY=VALUE lines, one block a unit, parted by empty lines; keys come in an order of systemd's own. */
function parseInvocations(output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split("\n\n").flatMap((block) => {
      const unit = /^Id=(.*)$/m.exec(block)?.[1];
      return unit === undefined ? [] : [[unit, /^InvocationID=(.*)$/m.exec(block)?.[1] ?? ""]];
    }),
  );
}
