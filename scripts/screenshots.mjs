// npm run screenshots: makes the pictures of the page in docs/ui/ again, from a real fleet in the sandbox. With --review
// FOLDER, takes every page at three widths in both looks instead, to be looked at.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setup } from "./setup.mjs";
import { takePictures } from "./ui/shoot.mjs";

const { values } = parseArgs({ options: { review: { type: "string" }, sizes: { type: "string" } } });
const folder = values.review ?? fileURLToPath(new URL("../docs/ui", import.meta.url));

setup();
mkdirSync(folder, { recursive: true });
const sizes = values.review === undefined ? undefined : (values.sizes ?? "0,3,50,500").split(",").map(Number);
await takePictures((file, image) => {
  writeFileSync(join(folder, file), image);
  console.log(`${file}: ${Math.round(image.length / 1024)} kB`);
}, sizes);
