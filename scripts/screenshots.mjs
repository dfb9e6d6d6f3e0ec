// npm run screenshots: makes the pictures of the page in docs/ui/ again, from a real fleet in the sandbox. With --review
// FOLDER, takes every page at three widths in both looks instead, to be looked at; --sizes 3,hosts takes some of them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setup } from "./setup.mjs";
import { takeDocPictures } from "./ui/doc-pictures.mjs";
import { reviewHosts, reviewSizes } from "./ui/review.mjs";
import { openStudio } from "./ui/studio.mjs";

const { values } = parseArgs({ options: { review: { type: "string" }, sizes: { type: "string" } } });
const folder = values.review ?? fileURLToPath(new URL("../docs/ui", import.meta.url));

setup();
mkdirSync(folder, { recursive: true });
const studio = await openStudio();
try {
  await takeAll();
} finally {
  await studio.close();
}

async function takeAll() {
  const keep = (/** @type {string} */ file, /** @type {Buffer} */ image) => {
    writeFileSync(join(folder, file), image);
    console.log(`${file}: ${Math.round(image.length / 1024)} kB`);
  };
  if (values.review === undefined) return takeDocPictures(studio, keep);
  const sizes = (values.sizes ?? "0,3,50,500").split(",").filter(Boolean);
  await reviewSizes(studio, keep, sizes.filter((size) => size !== "hosts").map(Number));
  if (values.sizes === undefined || sizes.includes("hosts")) await reviewHosts(studio, keep);
}
