import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { good, openSourceWorld, why, type SourceWorld } from "../../support/source/source-world.ts";

describe("The signature of a revision", () => {
  let world: SourceWorld;
  let first: string;
  beforeAll(() => {
    world = openSourceWorld();
    first = world.sh("git rev-parse HEAD");
  });
  afterAll(() => world.remove());
  const back = (): string =>
    world.sh(`git reset -q --hard ${first} && git push -qf origin HEAD:main && echo`);

  it("is named with its signer, if it is good", async () => {
    const { revision, files } = good(await world.pass());
    expect(revision).toMatchObject({
      revision: first,
      signer: "ada@example.org",
      subject: "Begin",
      author: "Ada",
    });
    expect(revision.fingerprint).toMatch(/^SHA256:/);
    expect(Object.keys(files.config.agents)).toEqual(["canary"]);
  });

  it("must be by an allowed key, in its name, for git and at its time", async () => {
    const [ada = ""] = world.sh(`cat ${world.home}/.config/mosaic/fleet/allowed_signers`).split("\n");
    const eve = world.makeKey("eve");
    const key = ada.replace(/^\S+ \S+ /, "");
    const results: Record<string, string> = {};
    const withSigners = async (what: string, ...lines: readonly string[]): Promise<void> => {
      world.allow(...lines);
      results[what] = why(await world.pass());
    };
    await withSigners("another key", eve);
    await withSigners("her key under another name", eve.replace(/ ssh-ed25519.*/, ` ${key}`));
    await withSigners("an expired key", `ada@example.org namespaces="git",valid-before="20200101" ${key}`);
    await withSigners("a key for files", `ada@example.org namespaces="file" ${key}`);
    await withSigners("no key");
    await withSigners("broken lines", "ada@example.org ssh-ed25519 AAAA");
    await withSigners("her key", ada);
    expect(results).toEqual({
      "another key": "refused: unknown-key",
      // The name is for people: the key decides.
      "her key under another name": "good",
      "an expired key": "refused: unknown-key",
      "a key for files": "refused: bad-signature",
      "no key": "refused: unknown-key",
      "broken lines": "refused: unknown-key",
      "her key": "good",
    });
  });

  it("decides, and not the name that the commit gives itself", async () => {
    const [ada = ""] = world.sh(`cat ${world.home}/.config/mosaic/fleet/allowed_signers`).split("\n");
    // The author and the committer of each commit here are Ada.
    const mallory = world.makeKey("mallory");
    world.push("As Ada", "mallory");
    expect(why(await world.pass({ anchor: first }))).toBe("refused: unknown-key");
    // A key that may change the fleet may do so under any name. The signer is shown.
    world.allow(ada, mallory);
    expect(good(await world.pass({ anchor: first })).revision).toMatchObject({
      author: "Ada",
      signer: "mallory@example.org",
    });
    world.allow(ada);
    back();
  });

  it("may not be missing, and a key of the GPG keyring does not replace it", async () => {
    world.push("Unsigned", "none");
    const unsigned = await world.pass({ anchor: first });
    expect(unsigned).toMatchObject({ kind: "refused", trouble: { why: "unsigned", fingerprint: null } });
    // A program in the place of gpg that takes every signature for good.
    world.write(
      "../gpg",
      "#!/bin/sh\necho '[GNUPG:] GOODSIG 1 Eve' >&2; echo '[GNUPG:] SIG_CREATED '; exit 0\n",
    );
    world.sh(`chmod +x ../gpg
      raw=$(git cat-file commit HEAD | sed '/^committer/a gpgsig -----BEGIN PGP SIGNATURE-----\\n \\n iQ==\\n -----END PGP SIGNATURE-----')
      id=$(printf '%s\\n' "$raw" | git hash-object -t commit -w --stdin)
      git push -qf origin $id:main`);
    const exec: typeof world.exec = (command, abort) =>
      world.exec(
        { ...command, env: { ...command.env, PATH: `${world.home}:${process.env["PATH"] ?? ""}` } },
        abort,
      );
    expect(why(await world.pass({ anchor: first, exec }))).toMatch(/^refused: /);
    back();
  });

  it("is repaired by a signed commit in the place of an unsigned one", async () => {
    world.write("fleet.yaml", "version: 1\nagents:\n  b: { command: sleep 1 }\n");
    world.push("By mistake", "none");
    expect(why(await world.pass({ anchor: first }))).toBe("refused: unsigned");
    back();
    world.write("fleet.yaml", "version: 1\nagents:\n  b: { command: sleep 1 }\n");
    const repaired = world.push("Signed");
    expect(good(await world.pass({ anchor: first })).revision.revision).toBe(repaired);
    back();
  });

  it("counts for the newest commit alone, or for each one", async () => {
    const middle = world.push("Unsigned", "none");
    world.push("Signed above");
    expect(why(await world.pass({ anchor: first }))).toBe("good");
    const verify = { ...world.settings().verify, commits: "all" as const };
    const { kind: _kind, ...written } = verify as { kind: string };
    const settings = world.settings({ verify: written });
    expect(await world.pass({ anchor: first, settings })).toMatchObject({
      kind: "refused",
      trouble: { why: "unsigned", commit: middle },
    });
    back();
    world.push("One");
    world.push("Two");
    expect(why(await world.pass({ anchor: first, settings }))).toBe("good");
    expect(why(await world.pass({ settings }))).toBe("good");
    back();
  });

  it("may be that of a tag, which vouches for its name", async () => {
    const sign = `-c gpg.format=ssh -c user.signingKey=${world.home}/ada.pub`;
    world.sh(`git ${sign} tag -s -m v1 v1 && git tag -a -m v2 v2 && git tag v3
      git push -q origin v1 v2 v3 v1:refs/tags/v4`);
    const results: Record<string, string> = {};
    for (const tag of ["v1", "v2", "v3", "v4"])
      results[tag] = why(await world.pass({ settings: world.settings({ ref: `refs/tags/${tag}` }) }));
    expect(results).toEqual({
      v1: "good",
      v2: "refused: unknown-key",
      v3: "refused: no-tag",
      v4: "refused: tag-name",
    });
  });

  it("is not looked at with `verify: none`", async () => {
    world.push("Unsigned", "none");
    const { revision } = good(await world.pass({ settings: world.settings({ verify: "none" }) }));
    expect(revision).toMatchObject({ signer: null, fingerprint: null });
    back();
  });
});
