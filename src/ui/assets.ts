import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { assetNames, type AssetName } from "./routes.ts";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

const types: Readonly<Record<AssetName, string>> = {
  "index.html": "text/html; charset=utf-8",
  "app.js": "text/javascript; charset=utf-8",
  "places.js": "text/javascript; charset=utf-8",
  "plan.js": "text/javascript; charset=utf-8",
  "dialogs.js": "text/javascript; charset=utf-8",
  "app.css": "text/css; charset=utf-8",
  "terminal.js": "text/javascript; charset=utf-8",
  "terminal.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
  "icon-you.svg": "image/svg+xml",
};

/** Reads the files of the page from a folder, once: a server outlives an upgrade. Throws if one is missing. */
export function readAssets(folder: string): ReadonlyMap<AssetName, Asset> {
  return new Map(
    assetNames.map((name) => {
      const plain = readFileSync(`${folder}/${name}`);
      return [name, { type: types[name], plain, gzipped: gzipSync(plain) }] as const;
    }),
  );
}
