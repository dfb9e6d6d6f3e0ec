import { join } from "node:path";
import type { DeclaredRoute } from "../config/hosts/declared-route.ts";
import { makeFolders } from "../drivers/files/make-folders.ts";
import type { Exec } from "../system/exec.ts";
import { digest } from "../text/digests/digest.ts";
import { readSshSettings } from "./ssh-arguments.ts";
import type { HostRoute } from "./connect-host.ts";

/** The place of a connection. */
interface RouteContext {
  readonly exec: Exec;
  readonly runtimeDir: string;
  /** The words that start this program for another machine. */
  readonly program: readonly string[];
  /** True for shared connections of our own: each takes about 1.4 MB while it lasts. */
  readonly shares: boolean;
}

/** ssh -G reads files, ms. */
const timeoutMs = 5_000;

/**
 * Returns the way to a host, and its jump host, by one `ssh -G`. The shared connection of the user's ssh configuration is used as it is;
 * without one, ours lasts a minute.
 */
export async function findRoute(
  name: string,
  { ssh = name, connect, ...unread }: DeclaredRoute,
  isHere: boolean,
  { exec, runtimeDir, program, shares }: RouteContext,
): Promise<{ readonly route: HostRoute; readonly jump: string | undefined }> {
  unread satisfies Readonly<Record<string, never>>; // a further key would mean ssh, without a word
  if (isHere) return { route: { kind: "here", words: program }, jump: undefined };
  if (connect !== undefined) return { route: { kind: "program", words: connect }, jump: undefined };
  const none = { route: { kind: "ssh", target: ssh, sharing: { kind: "none" }, socket: undefined } } as const;
  const outcome = await exec({ file: "ssh", args: ["-G", "--", ssh], timeoutMs });
  const output = outcome.kind === "exited" && outcome.code === 0 ? outcome.stdout : "";
  const { controlPath, proxyJump: jump } = readSshSettings(output);
  // Also without shared connections, the jump host takes only so many at a time.
  if (!shares) return { ...none, jump };
  if (controlPath !== undefined)
    return { route: { kind: "ssh", target: ssh, sharing: { kind: "user" }, socket: controlPath }, jump };
  const folder = join(runtimeDir, "mosaic-fleet", "ssh");
  // By all settings: with other ones, it is another connection.
  const path = join(folder, digest(output));
  // The path of a Unix socket has at most 107 bytes, and ssh adds a name of 17 while it makes one.
  if (output === "" || Buffer.byteLength(path) > 90) return { ...none, jump };
  try {
    makeFolders(folder, 0o700);
  } catch {
    return { ...none, jump };
  }
  return { route: { kind: "ssh", target: ssh, sharing: { kind: "ours", path }, socket: path }, jump };
}
