import { parseFleet } from "../../config/parse.ts";
import {
  fleetLines,
  type LineOwner,
  type WrittenFleet,
  type WrittenLine,
} from "../../config/writing/fleet-text.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { ImportedFleet, ImportNote } from "../../import/form/imported.ts";
import { withProtectedValues } from "../../import/form/protect-values.ts";
import { writtenFleet } from "../../report/import/written-fleet.ts";

/** An imported fleet whose text is a valid fleet.yaml. */
export interface Settled {
  readonly fleet: ImportedFleet;
  readonly written: WrittenFleet;
  readonly text: string;
}

/** Each round takes at least one key away. */
const maxRounds = 200;

/**
 * Returns the fleet.yaml of an imported fleet. A key whose value the parser of fleet.yaml does not take becomes a note with
 * the words of the parser, so the result is always valid. `schema` is that for editors.
 */
export function settleImport(
  imported: ImportedFleet,
  header: readonly string[],
  schema?: string,
): Result<Settled> {
  let fleet = withProtectedValues(imported);
  for (let round = 0; ; round += 1) {
    const written = { ...writtenFleet(fleet, header), schema };
    const lines = fleetLines(written);
    const text = lines.map((line) => `${line.text}\n`).join("");
    const parsed = parseFleet(text, "fleet.yaml");
    if (parsed.ok) return ok({ fleet, written, text });
    const next = parsed.diagnostics.reduce(
      (kept, { place, summary }) => withoutAgents(kept, ownerAt(lines, place?.line), summary),
      fleet,
    );
    if (next === fleet || round === maxRounds) return parsed;
    fleet = next;
  }
}

function ownerAt(lines: readonly WrittenLine[], line: number | undefined): LineOwner | undefined {
  return line === undefined ? undefined : lines[line - 1]?.owner;
}

function withoutAgents(fleet: ImportedFleet, owner: LineOwner | undefined, reason: string): ImportedFleet {
  if (owner === undefined) return fleet;
  const { section, agent: name, key } = owner;
  if (section !== "agent") {
    if (key === undefined || !(key in fleet[section])) return fleet;
    return withNote(
      { ...fleet, [section]: less(fleet[section], key) },
      noteAgent(fleet, undefined, `${section}.${key}`, reason),
    );
  }
  const agent = fleet.agents.find((each) => each.name === name);
  if (agent === undefined) return fleet;
  // Nothing runs without a command, so the agent goes as a whole.
  const isWhole = key === undefined || key === "command" || !(key in agent.keys || key in agent.wishes);
  const agents = isWhole
    ? fleet.agents.filter((each) => each !== agent)
    : fleet.agents.map((each) =>
        each === agent ? { ...agent, keys: less(agent.keys, key), wishes: less(agent.wishes, key) } : each,
      );
  return withNote(
    { ...fleet, agents },
    noteAgent(fleet, agent, isWhole ? `agent ${agent.name}` : key, reason),
  );
}

function less<Value>(keys: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(keys).filter(([each]) => each !== key));
}

function noteAgent(
  fleet: ImportedFleet,
  agent: ImportedFleet["agents"][number] | undefined,
  subject: string,
  detail: string,
): ImportNote {
  const { file = "", line } = agent ?? { file: fleet.agents[0]?.file };
  return { code: "invalid-key", file, line, subject, detail };
}

function withNote(fleet: ImportedFleet, made: ImportNote): ImportedFleet {
  return { ...fleet, lost: [...fleet.lost, made], notes: [...fleet.notes, made] };
}
