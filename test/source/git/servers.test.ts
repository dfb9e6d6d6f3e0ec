import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  serveGitByHttps,
  serveGitBySsh,
  type HttpsGitServer,
  type SshGitServer,
} from "../../support/source/git-servers.ts";
import {
  fleetText,
  good,
  openSourceWorld,
  why,
  type SourceWorld,
} from "../../support/source/source-world.ts";

describe("A server of the source", () => {
  let world: SourceWorld;
  let folder: string;
  const push = (): string => world.push(`Change ${Math.random()}`);
  const passTo = (git: string, env: Readonly<Record<string, string>> = {}, isFresh = false) => {
    const exec: typeof world.exec = (command, abort) =>
      world.exec({ ...command, env: { ...command.env, ...env } }, abort);
    return world.pass({ settings: world.settings({ git }), exec, isFresh });
  };
  beforeAll(() => {
    world = openSourceWorld();
    folder = realpathSync(mkdtempSync(join(tmpdir(), "servers-")));
  });
  afterAll(() => {
    world.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.skipIf(!existsSync("/usr/sbin/sshd"))("by ssh", () => {
    let server: SshGitServer;
    const before = process.env["GIT_SSH_COMMAND"];
    beforeAll(async () => {
      server = await serveGitBySsh(folder);
    });
    afterAll(() => {
      server.close();
      if (before === undefined) delete process.env["GIT_SSH_COMMAND"];
      else process.env["GIT_SSH_COMMAND"] = before;
    });
    const addressOf = (path: string): string => `ssh://127.0.0.1:${server.port}${world.home}/${path}`;
    const passBy = (program: string, path = "fleet.git") => {
      process.env["GIT_SSH_COMMAND"] = program;
      return passTo(addressOf(path));
    };

    it("is fetched from by a key that runs git-shell alone", async () => {
      expect(good(await passBy(server.client)).newest).toBe(world.sh("git rev-parse HEAD"));
      expect(good(await passBy(server.client)).newest).toBe(world.sh("git rev-parse HEAD"));
      const next = push();
      expect(good(await passBy(server.client)).newest).toBe(next);
    });

    it("is copied whole if it leaves out contents and then refuses to give them", async () => {
      const first = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "protocol.version", GIT_CONFIG_VALUE_0: "0" };
      world.sh(`rm -rf ${world.paths.mirrors}`);
      process.env["GIT_SSH_COMMAND"] = server.client;
      const old = (isFresh: boolean) => passTo(addressOf("fleet.git"), first, isFresh);
      expect(why(await old(false))).toBe("failed: copy-unreadable");
      expect(why(await old(true))).toBe("good");
      world.write("fleet.yaml", `${fleetText}# changed\n`);
      const next = push();
      expect(good(await old(false)).newest).toBe(next);
    });

    it("is unreachable without its key, with another key, and without the repository", async () => {
      const refused = [
        await passBy(server.newcomer),
        await passBy(server.stranger),
        await passBy(server.client, "gone.git"),
      ];
      expect(refused.map(why)).toEqual(Array.from({ length: 3 }, () => "failed: unreachable"));
      const said = refused.map((end) => (end.kind === "failed" ? JSON.stringify(end.trouble) : ""));
      expect(said[0]).toMatch(/verification failed/i);
    });
  });

  describe("by https", () => {
    let server: HttpsGitServer;
    beforeAll(async () => {
      server = await serveGitByHttps(folder, world.home);
    });
    afterAll(() => server.close());
    const address = (path: string): string => `https://127.0.0.1:${server.port}/${path}`;

    it("is fetched from with a certificate by the CA of the account", async () => {
      const next = push();
      const trusting = { GIT_SSL_CAINFO: server.ca };
      expect(good(await passTo(address("fleet.git"), trusting)).newest).toBe(next);
      const later = push();
      expect(good(await passTo(address("fleet.git"), trusting)).newest).toBe(later);
    });

    it("is unreachable with another certificate, if it wants a password, and without the repository", async () => {
      const trusting = { GIT_SSL_CAINFO: server.ca };
      expect(why(await passTo(address("fleet.git")))).toBe("failed: unreachable");
      expect(why(await passTo(address("gone.git"), trusting))).toBe("failed: unreachable");
      expect(why(await passTo(address("closed/fleet.git"), trusting))).toBe("failed: unreachable");
      expect(server.asked).toContain("/closed/fleet.git/info/refs");
    });
  });
});
