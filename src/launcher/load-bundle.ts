import { compiledRequire } from "./compiled-code.ts";
import { enableCompileCache } from "./compile-cache.ts";

/**
 * Returns the `require` that loads the bundle in `folder` in the least time. `plain` is node's own.
 *
 * With DEBUG it is `plain`, and stack traces name the sources: node reads a source map only for code that it loads itself.
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
