/** Returns true for the folder of a program that another machine has brought. It may be removed some day. */
export function isBrought(folder: string): boolean {
  return /\/tool\/[0-9a-f]{64}$/.test(folder);
}
