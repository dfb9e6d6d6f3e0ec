import { readFileSync } from "node:fs";
import { basename, join } from "node:path/posix";
import { Script } from "node:vm";

/** Where the build keeps what V8 makes of the files in `folder`. Each V8 has its own: it takes no other's. */
export function compiledFolder(folder: string): string {
  return join(folder, `compiled-${process.versions.v8}-${process.arch}`);
}

/**
 * A `require` for the files of the bundle in `folder` that spares V8 most of compiling them: a fifth of a plan of 100
 * agents (measured). `plain` is for everything else. A file is run all the same where nothing was kept of it, or V8 does
 * not take that, as with other options to node. Not node's own compile cache, which node 20 does not have.
 */
export function compiledRequire(folder: string, plain: NodeJS.Require): (name: string) => unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const kept = compiledFolder(folder);
  const load = (name: string): unknown => {
    if (!name.startsWith("./")) return plain(name);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const file = join(folder, name);
    const module: { exports: unknown } = { exports: {} };
    loaded.set(name, module);
    const cachedData = readIfThere(join(kept, basename(name)));
    const script = new Script(wrapped(readFileSync(file, "utf8")), { filename: file, cachedData });
    (script.runInThisContext() as Wrapper)(module.exports, load, module, file, folder);
    return module.exports;
  };
  return load;
}

type Wrapper = (
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/** The function that node makes of a CommonJS file. A first line for the kernel is none for V8. */
export function wrapped(source: string): string {
  return `(function (exports, require, module, __filename, __dirname) {${source.replace(/^#!.*/, "")}\n})`;
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
