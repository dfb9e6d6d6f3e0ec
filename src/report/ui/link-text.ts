import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { journalCommand } from "../journal-command.ts";
import { exactDuration } from "../phrases.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** The way to the page. */
export interface UiLink {
  readonly fleet: string;
  /** With the token in its fragment, which no browser sends to a server. */
  readonly url: string;
  /** The file the page follows, absolute. */
  readonly file: string;
  /** True if pages may change the fleet. */
  readonly control?: boolean;
  /** The socket, in the place of a port. */
  readonly socket?: string;
  /** The time until the token is worthless, ms. */
  readonly lifeMs: number;
  /** True if a service serves the page. */
  readonly isService?: boolean;
}

/** Returns the lines that `fleet ui` prints when it serves the page. */
export function linkText(
  { fleet, url, socket, lifeMs, isService = false }: UiLink,
  colors: Colors,
): readonly string[] {
  const end = isService ? "A service serves the page." : "Ctrl-C ends the page, and no agent.";
  const life = `The link works once, for ${exactDuration(lifeMs)}. ${end}`;
  if (socket === undefined) {
    return [`Fleet ${fleet}: ${colors.bold(url)}`, colors.dim(life)];
  }
  const [, fragment = ""] = url.split("#");
  return [
    `Fleet ${fleet} is on the socket ${socket}. From your own machine:`,
    `  ssh -N -L 7777:${socket} HOST`,
    `Then open ${colors.bold(`http://127.0.0.1:7777/#${fragment}`)}`,
    colors.dim(life),
  ];
}

/** Returns the link as the one JSON object of `fleet ui --json`. */
export function linkJson({ fleet, url, socket, lifeMs }: UiLink): object {
  return { formatVersion: "2.0", fleet, url, socket: socket ?? null, validSeconds: lifeMs / 1000 };
}

/** Returns the problem of a second `fleet ui` with control, if the first one has none. */
export function servedWithoutControl(fleet: string): Diagnostic {
  return {
    severity: "error",
    code: "blocked",
    summary: `the page of ${fleet} is served already, without --control`,
    hint: "end the other fleet ui first, or leave out --control for a link to its page",
  };
}

/** Returns the remark of a second `fleet ui`, for a fleet whose page is served already. */
export function alreadyServed({ file }: UiLink, own: string): string {
  const other = file === own ? "" : `, and follows ${file}`;
  return `The page is served already${other}. This is a further link to it.`;
}

/** Says that the page is served by a service, and how to open it. */
export function uiInstalledText(
  unit: string,
  path: string,
  { port, socket }: { readonly port?: number | undefined; readonly socket?: string | undefined },
): readonly string[] {
  const place =
    socket === undefined
      ? port === undefined
        ? "a free port of 127.0.0.1"
        : `127.0.0.1:${port}`
      : `the socket ${visible(socket)}`;
  return [
    `${unit} serves the page of ${visible(path)} on ${place}, from now on and at each boot.`,
    "To open it: fleet ui",
    `Its log: ${journalCommand(unit)} -f`,
  ];
}
