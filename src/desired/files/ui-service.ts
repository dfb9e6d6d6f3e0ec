import type { Layout } from "../layout.ts";
import {
  execLines,
  serviceOf,
  servicePlace,
  type ServiceCommandLine,
  type UserService,
} from "./watch-service.ts";

/** The end of the name of the unit that serves. */
export const uiSuffix = "-fleet-ui.service";

/** Returns the name of the unit that serves the page of the fleet: `mosaic-fleet-ui.service`. */
export function uiUnit({ fleet }: Layout): string {
  return `${fleet}${uiSuffix}`;
}

/** Renders the service of the page. Nothing in it affects the agents, and it prints no link: a journal keeps it. */
export function renderUiService(layout: Layout, line: ServiceCommandLine): UserService {
  const text = `# Serves the page of the fleet: see fleet ui. Stopping or restarting this touches no agent.
[Unit]
Description=Page of fleet ${layout.fleet}
# It takes over from a fleet ui of a terminal, whenever that ends.
StartLimitIntervalSec=0

[Service]
${execLines("ui", line)}Restart=always
RestartSec=5s
# Bad usage is the same the next time.
RestartPreventExitStatus=64
# A change that the page has begun goes on.
KillMode=process
TimeoutStopSec=10s
SyslogIdentifier=${layout.fleet}-fleet-ui

[Install]
WantedBy=default.target
`;
  return serviceOf(layout, servicePlace(layout, uiUnit(layout)), text);
}
