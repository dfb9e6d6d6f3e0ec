import { InvalidArgumentError } from "commander";

/** Returns an option's value as a whole number from 0; throws an error for commander. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Expected a whole number such as 50.");
  return Number(text);
}
