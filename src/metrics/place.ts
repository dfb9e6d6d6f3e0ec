import { isAbsolute } from "node:path/posix";

/** The place of metrics: a server at a port of the loopback or at a socket, or a file to write. */
export type MetricsPlace =
  { readonly port: number } | { readonly socket: string } | { readonly file: string };

/**
 * Returns the place named by `--metrics`: `127.0.0.1:PORT`, `unix:PATH`, or the path of a file with the ending `.prom`, as
 * the textfile collector of node_exporter reads them; undefined for any other text. A path is absolute, because a service
 * has another folder.
 */
export function metricsPlace(text: string): MetricsPlace | undefined {
  const port = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/.exec(text)?.[1];
  if (port !== undefined) return isPort(Number(port)) ? { port: Number(port) } : undefined;
  if (text.startsWith("unix:")) {
    const socket = text.slice("unix:".length);
    return isAbsolute(socket) ? { socket } : undefined;
  }
  return isAbsolute(text) && text.endsWith(".prom") ? { file: text } : undefined;
}

/** Returns the text that `metricsPlace` reads as this place. */
export function placeText(place: MetricsPlace): string {
  if ("port" in place) return `127.0.0.1:${place.port}`;
  return "socket" in place ? `unix:${place.socket}` : place.file;
}

/** Excludes 0, which means any free port: nobody could find it. */
function isPort(port: number): boolean {
  return port > 0 && port <= 65_535;
}
