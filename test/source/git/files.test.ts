import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  fleetText,
  good,
  openSourceWorld,
  why,
  type SourceWorld,
} from "../../support/source/source-world.ts";

describe("The files of a revision", () => {
  let world: SourceWorld;
  let first: string;
  beforeAll(() => {
    world = openSourceWorld();
    first = world.sh("git rev-parse HEAD");
  });
  afterAll(() => world.remove());

  async function tried(change: () => void, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    world.sh(`git reset -q --hard ${first} && git clean -qfdx`);
    change();
    world.push("Try");
    return why(await world.pass({ settings: world.settings(more) }));
  }

  it("are regular files of text, and no others are read", async () => {
    const secret = join(world.home, "secret.yaml");
    writeFileSync(secret, fleetText);
    const fleet = join(world.home, "work/fleet.yaml");
    const results = {
      link: await tried(() => {
        world.sh("rm fleet.yaml");
        symlinkSync(secret, fleet);
      }),
      folder: await tried(() => world.sh("rm fleet.yaml && mkdir fleet.yaml && touch fleet.yaml/x")),
      submodule: await tried(() =>
        world.sh(`git rm -q --cached fleet.yaml && rm fleet.yaml
          git update-index --add --cacheinfo 160000,${first},fleet.yaml && mkdir fleet.yaml`),
      ),
      missing: await tried(() => world.sh("rm fleet.yaml && touch other")),
      large: await tried(() => world.write("fleet.yaml", `${fleetText}# ${"x".repeat(2 * 1024 * 1024)}\n`)),
      bytes: await tried(() => world.sh("printf 'version: 1 # \\377\\n' > fleet.yaml")),
      lfs: await tried(() =>
        world.write("fleet.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"),
      ),
      invalid: await tried(() => world.write("fleet.yaml", "version: 1\nagents:\n  a: { comand: x }\n")),
      another: await tried(() => world.write("fleet.yaml", `name: web\n${fleetText}`)),
      relative: await tried(() =>
        world.write("fleet.yaml", "version: 1\nagents:\n  a: { command: x, workdir: here }\n"),
      ),
    };
    expect(results).toEqual({
      link: "refused: no-regular-file",
      folder: "refused: no-regular-file",
      submodule: "refused: no-regular-file",
      missing: "refused: no-file",
      large: "refused: too-large",
      bytes: "refused: no-text",
      lfs: "refused: lfs-pointer",
      invalid: "refused: invalid",
      another: "refused: other-fleet",
      relative: "refused: invalid",
    });
  });

  it("are fleet.yaml and what it includes, from its own folder of the same revision", async () => {
    const includes = (path: string): string => `version: 1\ninclude: [${path}]\n`;
    const agents = "agents:\n  canary: { command: sleep 1000 }\n";
    writeFileSync(join(world.home, "agents.yaml"), agents);
    expect(
      await tried(
        () => {
          world.write("prod/fleet.yaml", includes("teams/core.yaml"));
          world.write("prod/teams/core.yaml", agents);
        },
        { path: "prod/fleet.yaml" },
      ),
    ).toBe("good");
    const { files } = good(await world.pass({ settings: world.settings({ path: "prod/fleet.yaml" }) }));
    expect(files.texts.map(({ name }) => name)).toEqual([null, "teams/core.yaml"]);
    for (const path of ["missing.yaml", "../fleet.yaml", join(world.home, "agents.yaml"), "~/agents.yaml"])
      expect(await tried(() => world.write("fleet.yaml", includes(path))), path).toBe("refused: invalid");
    const link = await tried(() => {
      world.write("fleet.yaml", includes("link.yaml"));
      symlinkSync(join(world.home, "agents.yaml"), join(world.home, "work/link.yaml"));
    });
    expect(link).toBe("refused: no-regular-file");
  });

  it("have a part for this machine", async () => {
    const hosts =
      "version: 1\nhosts: { build1: {}, build2: {} }\nagents:\n  a: { command: x, hosts: build1 }\n";
    const change = (): void => world.write("fleet.yaml", hosts);
    expect(await tried(change)).toBe("refused: invalid");
    expect(await tried(change, { host: "build9" })).toBe("refused: invalid");
    expect(await tried(change, { host: "build1" })).toBe("good");
    const { files } = good(await world.pass({ settings: world.settings({ host: "build2" }) }));
    expect(files.config.agents).toEqual({});
    expect(await tried(() => undefined, { host: "build1" })).toBe("refused: invalid");
  });

  it("are the same from a server of git, of which only these contents are fetched", async () => {
    const port = 20_000 + (process.pid % 20_000);
    world.sh(`git reset -q --hard ${first} && git clean -qfdx && head -c 3000000 /dev/urandom > large`);
    world.push("With a large file");
    const server = `${world.home}/daemon.pid`;
    world.sh(
      `git daemon --detach --reuseaddr --export-all --base-path=${world.home} --listen=127.0.0.1 --port=${port} --pid-file=${server}`,
    );
    try {
      const settings = world.settings({ git: `git://127.0.0.1:${port}/fleet.git` });
      expect(why(await world.pass({ settings }))).toBe("good");
      const size = Number(world.sh(`du -sk ${world.paths.mirrors} | cut -f1`));
      expect(size).toBeLessThan(1_000);
    } finally {
      world.sh(`kill $(cat ${server})`);
    }
  });
});
