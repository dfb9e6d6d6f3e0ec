import { join } from "node:path/posix";
import type { Layout } from "../layout.ts";
import { markWithSection } from "../marks/file-mark.ts";
import type { DesiredFile, DesiredLink } from "../types.ts";

/** The command line of a service that runs this program. */
export interface ServiceCommandLine {
  /** Absolute paths: node, and its script. */
  readonly program: readonly [string, string];
  /** After the command. Paths are absolute. */
  readonly args: readonly string[];
  /** The variables of the installing environment the service needs. */
  readonly env: Readonly<Record<string, string>>;
}

/** A service that runs this program for a fleet: its unit, and the link for its start at boot. */
export interface UserService {
  readonly unit: string;
  readonly file: DesiredFile;
  readonly link: DesiredLink;
}

/** The names of a service on the machine. */
export interface ServicePlace {
  readonly unit: string;
  /** Absolute. */
  readonly path: string;
  readonly linkPath: string;
}

/** Returns the names of a unit of this fleet. */
export function servicePlace({ unitDir, wantsDir }: Layout, unit: string): ServicePlace {
  return { unit, path: join(unitDir, unit), linkPath: join(wantsDir, unit) };
}

/** The end of the name of the unit that watches. */
export const watchSuffix = "-fleet.service";

/** Returns the name of the unit that watches the fleet: `mosaic-fleet.service`. */
export function watchUnit({ fleet }: Layout): string {
  return `${fleet}${watchSuffix}`;
}

export function watchUnitPath(layout: Layout): string {
  return join(layout.unitDir, watchUnit(layout));
}

/** Returns the lines `Environment=` and `ExecStart=` of a service that runs a command of this program. */
export function execLines(command: string, { program, args, env }: ServiceCommandLine): string {
  const [node, ...rest] = [...program, command, ...args];
  const variables = Object.entries(env).map(
    ([name, value]) => `Environment=${quoteForUnit(`${name}=${value}`)}\n`,
  );
  // systemd expands variables in the arguments, but not in the program.
  return `${variables.join("")}ExecStart=${[quoteForUnit(node), ...rest.map(quoteArgument)].join(" ")}\n`;
}

/** Returns the service of a unit's text. */
export function serviceOf(layout: Layout, { linkPath, path, unit }: ServicePlace, text: string): UserService {
  const content = markWithSection(text, { fleet: layout.fleet });
  return {
    unit,
    file: { role: "watch", path, content, mode: 0o644 },
    link: { path: linkPath, target: path },
  };
}

/** Renders the service. Nothing in it affects the agents: each is in a unit of its own. */
export function renderWatchService(layout: Layout, line: ServiceCommandLine): UserService {
  const text = `# Keeps the fleet as its file says: see fleet watch. Stopping or restarting this touches no agent.
[Unit]
Description=Watch of fleet ${layout.fleet}
# It starts again whatever happens, but a mistake that lasts is tried ever so often only.
StartLimitIntervalSec=10min
StartLimitBurst=100

[Service]
Type=notify
# systemd-notify, a child of the watch, is what notifies.
NotifyAccess=all
${execLines("watch", line)}ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1s
# Bad usage is the same the next time.
RestartPreventExitStatus=64
WatchdogSec=60s
WatchdogSignal=SIGKILL
# SIGTERM is for the watch alone: what it has under way it ends by itself.
KillMode=mixed
TimeoutStopSec=30s
SyslogIdentifier=${layout.fleet}-fleet

[Install]
WantedBy=default.target
`;
  return serviceOf(layout, servicePlace(layout, watchUnit(layout)), text);
}

/** Returns the program of a service's unit: node and its script. Undefined if the unit has another form. */
export function programOfWatch(unit: string): readonly [node: string, script: string] | undefined {
  const found = /^ExecStart=("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")/m.exec(unit);
  const [, node, script] = found ?? [];
  if (node === undefined || script === undefined) return undefined;
  return [unquote(node), unquote(script).replaceAll("$$", "$")];
}

/** Returns the absolute path of the fleet file or of the source.yaml a unit's watch follows; undefined for any other unit. */
export function followedByWatch(
  unit: string,
): { readonly option: "file" | "source"; readonly path: string } | undefined {
  const found = /^ExecStart=.* "--(file|source)" ("(?:[^"\\]|\\.)*")/m.exec(unit);
  const [, option, path] = found ?? [];
  if ((option !== "file" && option !== "source") || path === undefined) return undefined;
  return { option, path: unquote(path).replaceAll("$$", "$") };
}

/** Quotes one word of a command line, as in systemd.service(5): `$` begins a variable there. */
export function quoteArgument(text: string): string {
  return quoteForUnit(text.replaceAll("$", "$$$$"));
}

/** Quotes a string, as in systemd.syntax(7): `%` begins a specifier there. */
function quoteForUnit(text: string): string {
  const escaped = text.replaceAll("%", "%%").replaceAll(/["\\]/g, "\\$&");
  // A carriage return ends a line of a unit too.
  return `"${escaped.replaceAll(/(?=\p{ASCII})\p{Cc}/gu, hexadecimal)}"`;
}

function hexadecimal(control: string): string {
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

function unquote(word: string): string {
  const text = word
    .slice(1, -1)
    .replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, code?: string, itself?: string) =>
      code === undefined ? (itself ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
    );
  return text.replaceAll("%%", "%");
}
