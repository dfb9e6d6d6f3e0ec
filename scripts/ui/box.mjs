// A sandbox with a real fleet and its page. The browser is outside, and shares its loopback.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * The result of a command.
 *
 * @typedef {{ code: number, stdout: string, stderr: string }} Ran
 */

/** Opens a sandbox. */
export async function openBox() {
  const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
  const inside = ["node", "/run/fleet/tool/scripts/ui/inside.mjs"];
  const child = spawn(process.execPath, [cli, "sandbox", "--", ...inside], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();

  /**
   * Runs a command in ~/work, after those before it.
   *
   * @param {string[]} argv
   * @param {string} [input]
   * @returns {Promise<Ran>}
   */
  function run(argv, input) {
    const ran = last.then(async () => {
      child.stdin.write(`${JSON.stringify({ argv, input })}\n`);
      const { done, value } = await lines.next();
      if (done) throw new Error("the sandbox has ended");
      return JSON.parse(value);
    });
    last = ran.catch(() => undefined);
    return ran;
  }

  /**
   * Runs a script of the shell, and returns its output. Throws if it fails.
   *
   * @param {string} script
   */
  async function sh(script) {
    const { code, stdout, stderr } = await run(["sh", "-c", script]);
    if (code !== 0) throw new Error(`${script.slice(0, 200)}: exit status ${code}\n${stderr}`);
    return stdout;
  }

  let pages = 0;
  return {
    run,
    sh,
    /**
     * Writes fleet.yaml.
     *
     * @param {string} text
     */
    declare: (text) => run(["sh", "-c", "cat >fleet.yaml"], text),
    /**
     * Starts `fleet ui`, and returns its link and its process.
     *
     * @param {...string} args
     */
    async serve(...args) {
      const at = `../ui-${(pages += 1)}`;
      await sh(
        `setsid fleet ui --json --no-open ${args.join(" ")} >${at} 2>&1 </dev/null & echo $! >${at}.pid`,
      );
      const text = await sh(`until grep -q '^}' ${at}; do sleep 0.05; done; cat ${at}`);
      const url = String(JSON.parse(text).url);
      const pid = Number(await sh(`cat ${at}.pid`));
      return {
        url,
        origin: new URL(url).origin,
        pid,
        /** @param {string} [signal] */
        async end(signal = "TERM") {
          await sh(`kill -${signal} ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done`);
        },
      };
    },
    /** Ends the sandbox with everything in it. */
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
