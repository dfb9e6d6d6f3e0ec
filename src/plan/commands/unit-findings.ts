import { agentOfUnit, type Layout } from "../../desired/layout.ts";
import type { Desired } from "../../desired/types.ts";

/** A complaint of systemd about a unit, as the driver reads it. */
interface FoundInUnit {
  readonly unit: string;
  readonly dropIn: string | undefined;
  readonly line: number | undefined;
  readonly message: string;
}

/** A complaint of systemd about a unit of the fleet. */
export interface FleetFinding {
  readonly unit: string;
  /** Undefined for the shared files of all agents. */
  readonly agent: string | undefined;
  /** The place of the finding, as far as systemd says. */
  readonly file: "unit" | "drop-in" | undefined;
  readonly line: number | undefined;
  /** The text of the line. */
  readonly source: string | undefined;
  /** In systemd's words. */
  readonly message: string;
}

/**
 * Returns the units to verify: holder, template, the services, and the agents with a drop-in. All others equal the
 * template.
 */
export function unitsToVerify({ layout, agents }: Desired): readonly string[] {
  const special = agents
    .filter(({ dropIn, unitFile }) => dropIn !== undefined || unitFile !== undefined)
    .map(({ unit }) => unit);
  return [layout.holderUnit, layout.templateUnit, ...special];
}

/**
 * Returns the findings about units of the fleet. Does not repeat a finding about the template for each agent.
 */
export function findingsOfFleet(findings: readonly FoundInUnit[], desired: Desired): readonly FleetFinding[] {
  const { layout, agents } = desired;
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  const ofTemplate = new Set<string>();
  const found: FleetFinding[] = [];
  for (const { unit, dropIn, line, message } of [...findings].sort(templateFirst(layout, byName))) {
    const name = agentOfUnit(layout, unit);
    if (unit !== layout.holderUnit && unit !== layout.templateUnit && name === undefined) continue;
    // systemd-analyze verifies a template as its instance `i`.
    const agent = name === undefined ? undefined : byName.get(name);
    const general = message.replaceAll(unit, layout.templateUnit);
    const isService = agent?.unitFile !== undefined;
    if (dropIn === undefined && line === undefined && !isService) {
      if (ofTemplate.has(general)) continue;
      if (agent?.dropIn === undefined && unit !== layout.holderUnit) ofTemplate.add(general);
    }
    const ofUnit = agent?.unitFile?.content ?? sharedText(unit, desired);
    const text = dropIn === undefined ? ofUnit : agent?.dropIn?.content;
    found.push({
      unit: agent === undefined && unit !== layout.holderUnit ? layout.templateUnit : unit,
      agent: agent?.name,
      file: line === undefined ? undefined : dropIn === undefined ? "unit" : "drop-in",
      line,
      source: line === undefined ? undefined : text?.split("\n")[line - 1],
      message: agent === undefined ? general : message,
    });
  }
  return found;
}

/** Sorts the template first, so its findings are known before its agents'. */
function templateFirst({ templateUnit }: Layout, agents: ReadonlyMap<string, unknown>) {
  const isTemplate = ({ unit }: FoundInUnit): boolean =>
    unit === templateUnit || (unit.endsWith("@i.service") && !agents.has("i"));
  return (a: FoundInUnit, b: FoundInUnit): number => Number(isTemplate(b)) - Number(isTemplate(a));
}

function sharedText(unit: string, { layout, shared }: Desired): string | undefined {
  const role = unit === layout.holderUnit ? "holder" : "template";
  return shared.find((file) => file.role === role)?.content;
}
