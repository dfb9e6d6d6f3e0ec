import { visible } from "../terminal/display-text.ts";

/** Says that the watch runs as a service, and how to look at it. */
export function installedText(unit: string, path: string): readonly string[] {
  return [
    `${unit} watches ${visible(path)}, from now on and at each boot.`,
    `Its log: journalctl --user-unit=${unit} -f`,
  ];
}

/** Says that the watch no longer runs as a service. */
export function uninstalledText(unit: string, wasThere: boolean): readonly string[] {
  return [wasThere ? `${unit} is removed. The fleet goes on as it is.` : `There is no ${unit}.`];
}

/** Warns of programs of the service that an upgrade of node or mosaic-fleet is likely to remove; nothing if there are none. */
export function ofOneVersionText(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  return [
    `The service runs ${paths.map(visible).join(" and ")}, of one version only. ` +
      "After an upgrade that removes it, do this again: fleet watch --install",
  ];
}
