import type { EnvFileTrouble } from "../desired/inputs.ts";

/** Returns the reason why an envFile cannot be read, as it follows the path. */
export function envFileTroublePhrase(trouble: EnvFileTrouble): string {
  switch (trouble.kind) {
    case "lost-link":
      return `leads nowhere: it is a link to ${trouble.target}`;
    case "folder":
      return "is a folder";
    case "not-regular":
      return "is not a regular file of at most 4 MB";
    case "denied":
      return "cannot be read: permission denied";
    case "failed":
      return `cannot be read: ${trouble.said}`;
  }
}
