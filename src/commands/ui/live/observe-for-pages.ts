import { join } from "node:path/posix";
import { digestOf, hostOf, loadFleet, type FleetLocation } from "../../../config/file/load.ts";
import type { FleetConfig } from "../../../config/types.ts";
import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { followMachine } from "../../../watch/source/follow-machine.ts";
import type { Context } from "../../shared/context.ts";
import { heardStatus } from "../../shared/heard.ts";
import { lookAtFleet } from "../../status/look.ts";
import { withUnits } from "../../status/with-units.ts";
import type { OtherHosts } from "./other-hosts.ts";
import type { ShownFleet } from "./shown-fleet.ts";
import { followStarts } from "./start-ends.ts";
import { createUnitGlances } from "./unit-glances.ts";

/** The observation from the first page to the last one. */
export interface PageObservation {
  /** The other machines of the fleet, if the page shows them. */
  readonly others: OtherHosts | undefined;
  end(): void;
}

/** Opens the other machines of the fleet, which call `news` after each answer. */
export type OpenOthers = (news: () => void) => OtherHosts;

/** Shows the fleet of a file after each change of its files, units and sockets. Takes no lock. */
export function observeForPages(
  path: string,
  context: Context,
  shown: ShownFleet,
  openOthers?: OpenOthers,
): PageObservation {
  const { exec, machine } = context;
  const others = openOthers?.(() => shown.publish());
  const place = { path, home: machine.home, configHome: machine.configHome, cacheHome: machine.cacheHome };
  /** The digest of fleet.yaml at the last look. */
  let digest: string | undefined;
  let isOver = false;
  const glances = createUnitGlances(
    exec,
    (units) => {
      const look = shown.look();
      if (look !== undefined) shown.renew(withUnits(look, units));
    },
    (written) => followStarts((unit) => runFolderOf(unit, machine.runtimeDir), written),
  );
  const follower = followMachine(path, machine, observe, (changed) => glances.hear(changed));

  async function observe(): Promise<FleetConfig | undefined> {
    const loaded = await loadFleet(place);
    if (!loaded.ok) {
      if (isOver) return undefined;
      if (others !== undefined && isNoHost(loaded.diagnostics)) await showElsewhere(others);
      else shown.fail(loaded.diagnostics);
      return undefined;
    }
    const { config } = loaded.value;
    const seen = await lookAtFleet(config, { names: [] }, [], context);
    if (isOver) return config;
    renew(others, config);
    if (!seen.ok) {
      shown.fail(seen.diagnostics);
      return config;
    }
    const status = await heardStatus(seen.value.status, context);
    if (!isOver) shown.take({ ...seen.value, status }, hostOf(config)?.name ?? null);
    return config;
  }

  /** Reads the file alone, on a machine that is none of the hosts. */
  async function showElsewhere(hosts: OtherHosts): Promise<void> {
    const whole: FleetLocation = { ...place, isWhole: true };
    const loaded = await loadFleet(whole);
    if (isOver) return;
    if (!loaded.ok) return shown.fail(loaded.diagnostics);
    renew(hosts, loaded.value.config);
    shown.showElsewhere(loaded.value.config.name);
  }

  function renew(hosts: OtherHosts | undefined, config: FleetConfig): void {
    const next = digestOf(config);
    if (next !== digest) hosts?.renew();
    digest = next;
  }

  return {
    others,
    end() {
      isOver = true;
      follower.close();
      glances.end();
      others?.close();
    },
  };
}

/** Returns the folder of an agent's run: FLEET-agent@NAME.service has the runtime directory FLEET-agent/NAME. */
function runFolderOf(unit: string, runtimeDir: string): string {
  return join(runtimeDir, ...unit.replace(/\.service$/, "").split("@"));
}

function isNoHost(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === "unknown-host");
}
