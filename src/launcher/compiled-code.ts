import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path/posix";
import { Script } from "node:vm";
import { withUsualFlags } from "../system/v8-flags.ts";
import { codeKeeper } from "./keep-compiled.ts";

/**
 * Returns the folder for V8's compiled code of the files in `folder`. Each V8 rejects the code of another.
 */
export function compiledFolder(folder: string): string {
  return join(folder, `compiled-${process.versions.v8}-${process.arch}`);
}

/**
 * Returns a `require` for the files of the bundle in `folder` that saves V8 most of the compilation: a fifth
 * of a plan of 100 agents (measured). `plain` loads everything else. A file also runs without compiled code,
 * or if V8 rejects it, as with other options to node. Only for node before 22.8: a newer node has a compile
 * cache of its own.
 *
 * V8 keeps the name of a script together with its code. So the name is the same in every folder, without the
 * folder of the build.
 */
export function compiledRequire(folder: string, plain: NodeJS.Require): (name: string) => unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const kept = compiledFolder(folder);
  const keepCode = codeKeeper(folder, kept);
  const loadModule = (name: string): unknown => {
    if (!name.startsWith("./")) return plain(name);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const file = join(folder, name);
    const filename = `mosaic-fleet/dist/${basename(name)}`;
    const module: { exports: unknown } = { exports: {} };
    loaded.set(name, module);
    const cachedData = readIfThere(join(kept, basename(name)));
    const text = readWrapped(file);
    // Also the modules of node the file requires have compiled code.
    withUsualFlags(() => {
      const script = new Script(text, { filename, cachedData });
      if (cachedData === undefined) keepCode?.(basename(name), script);
      (script.runInThisContext() as Wrapper)(module.exports, loadModule, module, file, folder);
    });
    return module.exports;
  };
  return loadModule;
}

type Wrapper = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/**
 * Returns the text of a file of the bundle in node's function around a CommonJS file. The file is ASCII. The text is made
 * once: another copy, as by a template, fills V8's space for new texts, and its garbage collector runs once more for each
 * large file.
 */
export function readWrapped(path: string): string {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.allocUnsafeSlow(opening.length + size + closing.length);
    bytes.write(opening, "latin1");
    let end = opening.length;
    while (end < opening.length + size) {
      const count = readSync(file, bytes, end, opening.length + size - end, null);
      if (count === 0) throw new Error(`${path} is shorter than before`);
      end += count;
    }
    bytes.write(closing, end, "latin1");
    return bytes.toString("latin1");
  } finally {
    closeSync(file);
  }
}

const opening = "(function (exports, require, module, __filename, __dirname) {";
const closing = "\n})";

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
