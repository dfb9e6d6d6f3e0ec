import { wholeOf } from "../../config/file/load.ts";
import { hostsOfAgent } from "../../config/hosts/hosts-of-agent.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { onlyElsewhere } from "../../plan/selection/no-match.ts";
import type { Selection } from "../../plan/selection/selection.ts";

/** Returns a selection, or the problem of a name in it that is only an agent of other hosts. */
export function orElsewhere<T>(
  selected: Result<T>,
  { names }: Selection,
  config: FleetConfig,
  isHere: (name: string) => boolean = () => false,
): Result<T> {
  if (selected.ok) return selected;
  for (const name of names) {
    const hosts =
      isHere(name) || Object.hasOwn(config.agents, name) ? [] : hostsOfAgent(wholeOf(config).whole, name);
    if (hosts.length > 0) return onlyElsewhere(name, hosts);
  }
  return selected;
}
