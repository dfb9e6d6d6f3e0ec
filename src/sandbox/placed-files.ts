import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../drivers/files/package-root.ts";
import type { SandboxOptions } from "./options.ts";

/** HOME inside. */
export const sandboxHome = "/run/home";

/** One thing that inside.sh puts into the new /run. `to` is relative to /run. */
export interface Placed {
  readonly how: "copy" | "bind" | "link";
  readonly from: string;
  readonly to: string;
}

/**
 * The files of this package for use inside. Copied, so neither a rebuild nor the file modes outside matter.
 */
const toolFiles = [
  "package.json",
  "dist",
  "units",
  "scripts",
  "fleet.example.yaml",
  "fleet.schema.json",
] as const;

/** Returns all files for the sandbox: this tool as `fleet`, its node, and the files of the options. */
export function placedFiles(options: SandboxOptions): Placed[] {
  return [
    ...(options.tool === undefined ? copiedTool() : shownTool(options.tool)),
    // Bound, because the path outside may be closed to the user inside: nvm keeps it below /root, for
    // example.
    { how: "bind", from: process.execPath, to: "fleet/bin/node" },
    ...Object.entries(options.visible ?? {}).map(([to, from]): Placed => ({
      how: "bind",
      from,
      to: `fleet/${to}`,
    })),
    ...Object.entries(options.files ?? {}).map(([to, from]): Placed => ({
      how: "copy",
      from,
      to: `home/${to}`,
    })),
  ];
}

function copiedTool(): Placed[] {
  return [
    ...programFiles().map(({ file, path }): Placed => ({
      how: "copy",
      from: path,
      to: `fleet/tool/${file}`,
    })),
    { how: "link", from: programLink, to: "fleet/bin/fleet" },
  ];
}

function shownTool(folder: string): Placed[] {
  return ["tool", "bin"].map((part) => ({ how: "bind", from: join(folder, part), to: `fleet/${part}` }));
}

/** The text of the link `fleet` in the folder next to the tool. */
export const programLink = "../tool/dist/cli.js";

/** Returns the existing files of this package for use inside, with their paths. */
export function programFiles(): { readonly file: string; readonly path: string }[] {
  const root = packageRoot();
  return toolFiles.map((file) => ({ file, path: join(root, file) })).filter(({ path }) => existsSync(path));
}
