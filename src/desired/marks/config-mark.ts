import { recurringDigest } from "../../text/digests/known-digests.ts";
import { remembering } from "../../text/remembering.ts";
import { fieldOf } from "./fields.ts";

/**
 * The configuration for the start of an agent, in digests only: MOSAIC_AGENT_CONFIG in its env file, and the
 * option @mosaic_config of its pane once it runs. `hash` decides about a restart; the short digest of each
 * field gives the reason.
 */
export interface ConfigMark {
  readonly fleet: string;
  readonly hash: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** Returns the fields in an agent's variables. The socket is the fleet's, and no field of the agent. */
export function variableFields(variables: ReadonlyMap<string, string>): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [variable, value] of variables) {
    if (variable !== "MOSAIC_TMUX_SOCKET") fields.set(fieldOf(variable), value);
  }
  return fields;
}

/** Returns the mark of a set of fields (`command`, `workdir`, `env.NAME`, …). Field order does not matter. */
export function configMark(fleet: string, fields: ReadonlyMap<string, string>): ConfigMark {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    fleet,
    hash: recurringDigest(JSON.stringify(sorted)),
    fields: new Map(sorted.map(([name, value]) => [name, recurringDigest(value, 8)])),
  };
}

/**
 * The longest text of a mark, bytes: tmux refuses a command of more than 16 kB, and the start command of the
 * agent contains the mark.
 */
const maxMarkLength = 8_000;

/**
 * Returns one line, of letters, digits and `_ . = -` only, so it passes systemd, sh and tmux unchanged.
 * Leaves the fields out if there are too many.
 */
export function formatConfigMark(mark: ConfigMark): string {
  const decisive = `${mark.fleet} ${mark.hash}`;
  const whole = [decisive, ...[...mark.fields].map(([name, value]) => `${name}=${value}`)].join(" ");
  return whole.length <= maxMarkLength ? whole : decisive;
}

/** Parses a line of formatConfigMark; undefined for anything else. Agents with the same entry have the same line. */
export const parseConfigMark = remembering((text): ConfigMark | undefined => {
  const [fleet, hash, ...rest] = text.split(" ");
  if (!fleet || !hash || !/^[0-9a-f]{16}$/.test(hash)) return undefined;
  const fields = new Map<string, string>();
  for (const field of rest) {
    const [name, value] = field.split("=");
    if (!name || !value) return undefined;
    fields.set(name, value);
  }
  return { fleet, hash, fields };
});

/** Returns the names of the fields in which two marks differ, sorted; none if a mark lacks its fields. */
export function changedFields(before: ConfigMark, after: ConfigMark): readonly string[] {
  if (before.fields.size === 0 || after.fields.size === 0) return [];
  const names = new Set([...before.fields.keys(), ...after.fields.keys()]);
  return [...names].filter((name) => before.fields.get(name) !== after.fields.get(name)).sort();
}
