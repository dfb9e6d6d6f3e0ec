import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * Returns the faults that axe finds on a page, by all of its rules or by some. The styles of the page are its own, so axe
 * need not load them again.
 */
export async function faultsOf(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  const isThere = await page.evaluate<boolean>("globalThis.axe !== undefined");
  if (!isThere) await page.evaluate(axe.source);
  const found = await page.evaluate(
    (some) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        resultTypes: ["violations"],
        preload: false,
        ...(some === undefined ? {} : { runOnly: [...some] }),
      }),
    rules,
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
