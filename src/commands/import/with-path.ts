import { protectPlaceholders } from "../../config/entries/placeholders.ts";
import { asMap } from "../../import/combine.ts";
import type { ImportedFleet, ImportNote } from "../../import/form/imported.ts";
import { programsOf } from "../../import/form/programs.ts";
import { pathFor } from "../../runtimes/unit-path.ts";
import type { Exec } from "../../system/exec.ts";
import { findPrograms } from "../init/installed-runtimes.ts";

/**
 * Returns an imported fleet with a PATH for its programs: units often lack folders of the
 * caller's PATH. Leaves it alone if the user manager does not tell its PATH.
 */
export async function withPath(fleet: ImportedFleet, exec: Exec): Promise<ImportedFleet> {
  const env = fleet.defaults["env"];
  const hasPath = (value: unknown): boolean =>
    typeof value === "object" && value !== null && Object.hasOwn(value, "PATH");
  const needs = fleet.agents
    .filter(({ keys }) => !hasPath(keys["env"]))
    .flatMap((agent) => programsOf(agent).map((program) => ({ program, agent })));
  if (needs.length === 0 || hasPath(env)) return fleet;
  const { unitPath, reach, problems } = await findPrograms(exec);
  if (problems.length > 0) return fleet;
  const notes: ImportNote[] = [];
  const missing = new Set<string>();
  for (const program of new Set(needs.map((need) => need.program))) {
    const reached = reach(program);
    if (reached === undefined || reached.missingFolders.length === 0) continue;
    for (const folder of reached.missingFolders) missing.add(folder);
    const agent = needs.find((need) => need.program === program)?.agent;
    notes.push({
      code: "path-in-env",
      file: agent?.file ?? "",
      line: agent?.file === "tmux" ? undefined : agent?.line,
      subject: program,
      detail: reached.missingFolders.join(", "),
    });
  }
  const path = pathFor({ missingFolders: [...missing] }, unitPath);
  if (path === undefined) return fleet;
  return {
    ...fleet,
    defaults: { ...fleet.defaults, env: { ...asMap(env), PATH: protectPlaceholders(path) } },
    notes: [...fleet.notes, ...notes],
  };
}
