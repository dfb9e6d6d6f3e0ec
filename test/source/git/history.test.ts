import { chmodSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, openSourceWorld, why, type SourceWorld } from "../../support/source/source-world.ts";

describe("The history of a source", () => {
  let world: SourceWorld;
  let first: string;
  let second: string;
  beforeAll(() => {
    world = openSourceWorld();
    first = world.sh("git rev-parse HEAD");
    second = world.push("Second");
  });
  afterAll(() => world.remove());
  const order = (revision: string) => ({ revision, by: "ada", at: "2026-01-01T00:00:00Z" });
  const mirror = (): string => join(world.paths.mirrors, readdirSync(world.paths.mirrors)[0] ?? "");

  it("must contain the applied revision: neither an older one nor another history counts", async () => {
    expect(why(await world.pass({ anchor: second }))).toBe("good");
    world.sh(`git push -qf origin ${first}:main`);
    expect(await world.pass({ anchor: second })).toMatchObject({
      kind: "refused",
      trouble: { why: "rewritten", revision: first, anchor: second },
    });
    world.sh("git checkout -q --orphan other");
    const other = world.push("Another history");
    expect(why(await world.pass({ anchor: second }))).toBe("refused: rewritten");
    expect(why(await world.pass({ anchor: second, isFresh: true }))).toBe("refused: rewritten");
    // Consent is for one revision, and ends when the anchor moves.
    const accept = { ...order(other), anchor: second };
    expect(why(await world.pass({ anchor: second, orders: { accept } }))).toBe("good");
    expect(why(await world.pass({ anchor: first, orders: { accept } }))).toBe("refused: rewritten");
    expect(why(await world.pass({ isAnchorLost: true }))).toBe("refused: settings");
    expect(
      why(await world.pass({ isAnchorLost: true, orders: { accept: { ...accept, anchor: null } } })),
    ).toBe("good");
    world.sh(`git checkout -q -f main && git push -qf origin ${second}:main`);
  });

  it("has the pinned revision, which needs its own signature", async () => {
    const pinned = good(await world.pass({ anchor: second, orders: { pin: order(first) } }));
    expect(pinned).toMatchObject({ newest: second, revision: { revision: first } });
    const unsigned = world.push("Unsigned", "none");
    const newest = world.push("Above");
    expect(why(await world.pass({ anchor: newest, orders: { pin: order(unsigned) } }))).toBe(
      "refused: unsigned",
    );
    expect(why(await world.pass({ orders: { pin: order("a".repeat(40)) } }))).not.toBe("good");
    world.sh(`git reset -q --hard ${second} && git push -qf origin ${second}:main`);
  });

  it("is not lost with a server that is gone, refuses or lost the branch", async () => {
    const unreachable = async (git: string, ref = "refs/heads/main"): Promise<string> =>
      why(await world.pass({ settings: world.settings({ git, ref }) }));
    expect(await unreachable(`file://${world.home}/gone.git`)).toBe("failed: unreachable");
    expect(await unreachable("git://127.0.0.1:1/fleet.git")).toBe("failed: unreachable");
    expect(await unreachable(`file://${world.home}/fleet.git`, "refs/heads/gone")).toBe(
      "failed: unreachable",
    );
    expect(why(await world.pass({ anchor: second }))).toBe("good");
  });

  it("is fetched without hooks, other protocols, submodules and foreign names", async () => {
    const marker = join(world.home, "ran");
    const hook = `#!/bin/sh\ntouch ${marker}\n`;
    expect(why(await world.pass({ anchor: second }))).toBe("good");
    for (const name of ["post-checkout", "reference-transaction", "post-merge"]) {
      world.sh(
        `mkdir -p ${mirror()}/hooks && cat > ${mirror()}/hooks/${name} <<'X'\n${hook}X\nchmod +x ${mirror()}/hooks/${name}`,
      );
    }
    world.sh(
      `git push -q origin 'HEAD:refs/heads/;id' 'HEAD:refs/heads/--upload-pack' 'HEAD:refs/tags/main' 'HEAD:refs/fleet/seen'`,
    );
    expect(why(await world.pass({ anchor: second }))).toBe("good");
    expect(existsSync(marker)).toBe(false);
    expect(world.sh(`git --git-dir=${mirror()} for-each-ref --format='%(refname)'`)).toBe("refs/fleet/seen");
    const settings = { ...world.settings(), git: `ext::sh -c touch% ${marker}` };
    expect(why(await world.pass({ settings }))).toBe("failed: unreachable");
    expect(existsSync(marker)).toBe(false);
  });

  it("is copied again before its copy has too many packs, and stays as it is if that fails", async () => {
    expect(why(await world.pass({ anchor: second }))).toBe("good");
    const packs = (): number => readdirSync(join(mirror(), "objects/pack")).length;
    for (let number = 0; number <= 500; number += 1)
      writeFileSync(join(mirror(), `objects/pack/pack-${number}.keep`), "");
    world.sh(`mv ${world.home}/fleet.git ${world.home}/away.git`);
    expect(why(await world.pass({ anchor: second }))).toBe("failed: unreachable");
    expect(packs()).toBeGreaterThan(500);
    world.sh(`mv ${world.home}/away.git ${world.home}/fleet.git`);
    expect(why(await world.pass({ anchor: second }))).toBe("good");
    expect(packs()).toBeLessThan(20);
  });

  it(
    "is fetched again into a new copy, if a power cut has cut any file of it",
    { timeout: 120_000 },
    async () => {
      expect(why(await world.pass({ anchor: second, isFresh: true }))).toBe("good");
      const files = readdirSync(mirror(), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map((each) => join(each.parentPath, each.name));
      expect(files.length).toBeGreaterThan(4);
      for (const file of files) {
        if (existsSync(file)) {
          chmodSync(file, 0o600);
          truncateSync(file, 0);
        }
        const cut = why(await world.pass({ anchor: second }));
        expect(["good", "failed: unreachable", "failed: copy-unreadable"], file).toContain(cut);
        if (cut !== "good")
          expect(why(await world.pass({ anchor: second, isFresh: true })), file).toBe("good");
      }
      expect(existsSync(join(mirror(), "refs/fleet"))).toBe(true);
      for (const lock of ["config.lock", "refs/fleet/seen.lock", "shallow.lock"])
        writeFileSync(join(mirror(), lock), "");
      expect(why(await world.pass({ anchor: second, isFresh: true }))).toBe("good");
      rmSync(world.paths.mirrors, { recursive: true });
      expect(why(await world.pass({ anchor: second }))).toBe("good");
    },
  );
});
