import { compiledRequire } from "./compiled-code.ts";
import { enableCompileCache } from "./compile-cache.ts";

/**
 * Returns the fastest `require` for the bundle in `folder`. `plain` is node's own.
 *
 * With DEBUG it is `plain`, and stack traces name the sources: node reads a source map only for code loaded
 * by itself.
 */
export function loaderOf(
  folder: string,
  plain: NodeJS.Require,
  env: NodeJS.ProcessEnv,
): (name: string) => unknown {
  if (env["DEBUG"]) {
    process.setSourceMapsEnabled(true);
    return plain;
  }
  return enableCompileCache(env) ? plain : compiledRequire(folder, plain);
}
