import { turnTo, webpOf } from "./studio.mjs";

/** @type {[path: string, name: string, width: import("./studio.mjs").Width, look: "light" | "dark"][]} */
const pictures = [
  ["/", "agents-light", "laptop", "light"],
  ["/", "agents-dark", "laptop", "dark"],
  ["/wall", "wall-dark", "laptop", "dark"],
  ["/plan", "plan-light", "laptop", "light"],
  ["/graph", "graph-light", "laptop", "light"],
  ["/", "phone-light", "phone", "light"],
  ["/wall?show=you", "phone-dark", "phone", "dark"],
];

/**
 * Takes the pictures of the docs.
 *
 * @param {import("./studio.mjs").Studio} studio
 * @param {import("./studio.mjs").Keep} keep
 */
export async function takeDocPictures(studio, keep) {
  const ui = await studio.serveTeam(50);
  const page = await studio.logIn(ui.url);
  for (const [path, name, width, look] of pictures) {
    await page.emulateMedia({ colorScheme: look });
    await turnTo(page, ui, path, width);
    keep(`${name}.webp`, await webpOf(page));
  }
  await ui.end();
}
