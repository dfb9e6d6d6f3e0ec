import { fileOf } from "../config/file/load.ts";
import { hostOfMachine } from "../config/file/own-part.ts";
import { isIgnored, sliceFor } from "../config/hosts/slice.ts";
import type { FleetConfig } from "../config/types.ts";
import { instancesOf } from "../desired/instances.ts";
import type { HostJson } from "../report/hosts/hosts-output.ts";
import { hostsLines, noHosts } from "../report/hosts/hosts-text.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { readFleetFile } from "./shared/read-fleet.ts";

/** Runs `fleet hosts`: lists the machines of a fleet with their agents. Reads fleet.yaml alone, and connects to none. */
export async function hostsCommand(context: Context): Promise<ExitCode> {
  const loaded = await readFleetFile(context, true);
  if (!loaded.ok) return report(context, loaded.diagnostics);
  const { config } = loaded.value;
  const hosts = await hostsIn(config);
  const { output } = context;
  output.json({ formatVersion: "1.0", fleet: config.name, hosts });
  if (hosts.length > 0) output.text(hostsLines(hosts, output.colors));
  else output.remark(noHosts);
  return exitCodes.ok;
}

async function hostsIn(config: FleetConfig): Promise<readonly HostJson[]> {
  const { hosts = {} } = config;
  const here = await hostOfMachine(hosts, fileOf(config) ?? "");
  return Object.entries(hosts).map(([name, host]) => ({
    name,
    hostname: host.hostname ?? name,
    labels: host.labels ?? {},
    isHere: name === here,
    ...(isIgnored(config, name) ? { isIgnored: true as const } : {}),
    agents: instancesOf(sliceFor(config, name)).map((each) => each.name),
  }));
}
