import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { summarize } from "../../scripts/prose/sentences.mjs";
import { sentencesIn } from "../support/sentences.ts";

const docs = readdirSync("docs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);
const pages = [...docs, "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "fleet.example.yaml"];

describe("the English of the documentation", () => {
  it.each(pages)("stays near the limits of npm run prose on each page: %s", async (page) => {
    const measured = summarize(await sentencesIn(page));
    expect(measured.sentences).toBeGreaterThan(5);
    // A short page has few words, so one sentence counts for more.
    expect(measured.relative).toBeLessThan(2.5);
    expect(measured.turned).toBeLessThan(4);
    expect(measured.old).toBe(0);
  });

  it("stays within the limits of npm run prose", async () => {
    const sentences = await Promise.all(pages.map(sentencesIn));
    const measured = summarize(sentences.flat());
    expect(measured.sentences).toBeGreaterThan(2000);
    expect(measured.wordsEach).toBeLessThan(18);
    expect(measured.relative).toBeLessThan(2.05);
    expect(measured.turned).toBeLessThan(3);
    expect(measured.long).toBeLessThan(10);
    expect(measured.old).toBe(0);
  });
});
