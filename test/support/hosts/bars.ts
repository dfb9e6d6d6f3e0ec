import { expect } from "vitest";

/** Prints a measured aim with a verdict. A missed one fails the test at its end, so that the others are measured, too. */
export function bar(aim: string, result: string, isMet: boolean): void {
  console.log(`${isMet ? "met   " : "MISSED"}  ${aim}: ${result}`);
  expect.soft(isMet, `${aim}: ${result}`).toBe(true);
}
