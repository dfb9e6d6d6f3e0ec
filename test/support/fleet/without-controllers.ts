/**
 * Leaves out the notes about controllers that are not delegated to the user manager. They depend on the machine: on a
 * hybrid hierarchy, as in many containers, no limit is enforced.
 */
export function withoutControllers(text: string): string {
  return text.replaceAll(/^.*controller is not delegated to the user manager\.?\n/gm, "");
}
