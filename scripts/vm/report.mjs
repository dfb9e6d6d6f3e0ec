/**
 * A function that checks one fact: its sentence, whether it holds, and what was seen.
 *
 * @typedef {(sentence: string, holds: boolean, seen?: string) => void} Expect
 */

/** Opens a report that prints a line for each checked fact. */
export function openReport() {
  let failures = 0;
  /**
   * Prints a fact, and counts it if it does not hold.
   *
   * @param {string} sentence
   * @param {boolean} holds
   * @param {string} [seen]
   */
  const expect = (sentence, holds, seen = "") => {
    if (!holds) failures += 1;
    const evidence = seen.trim() === "" ? "" : seen.trim().replaceAll(/^/gm, "      ");
    console.log(`  ${holds ? "ok    " : "FAILED"} ${sentence}${evidence === "" ? "" : `\n${evidence}`}`);
  };
  return {
    /**
     * Prints the head of a system.
     *
     * @param {string} name
     * @param {string} facts
     */
    begin(name, facts) {
      console.log(`${name}: ${facts}`);
    },
    /**
     * Runs a part, and counts its error as a failed fact.
     *
     * @param {string} title
     * @param {(expect: Expect) => Promise<void>} run
     */
    async part(title, run) {
      console.log(` ${title}`);
      const began = performance.now();
      await run(expect).catch((/** @type {unknown} */ error) => {
        expect(
          "it comes to its end",
          false,
          error instanceof Error ? (error.stack ?? error.message) : String(error),
        );
      });
      console.log(`  (${Math.round((performance.now() - began) / 1000)} s)`);
    },
    /** Tells if any fact did not hold. */
    hasFailed: () => failures > 0,
  };
}
