import { describe, expect, it } from "vitest";
import { loginFailure, type LoginRefusal } from "../../src/transport/login-failure.ts";

/** Errors of OpenSSH 9.2. */
const loss =
  "kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535\n";
const banner = "Access is recorded.\n";

/** The failed part, the errors, and the line with the reason, with a refusal if there is one. */
const failures: readonly (readonly [string, string, string, LoginRefusal?])[] = [
  [
    "a host that is down",
    "ssh: connect to host b port 22: Connection refused\n",
    "ssh: connect to host b port 22: Connection refused",
  ],
  [
    "a jump host that is down",
    `ssh: connect to host j port 22: No route to host\r\n${loss}`,
    "ssh: connect to host j port 22: No route to host",
  ],
  [
    "a jump host that nobody knows",
    `ssh: Could not resolve hostname j: Name or service not known\n${loss}`,
    "ssh: Could not resolve hostname j: Name or service not known",
  ],
  [
    "a jump host with another key",
    `Host key for j has changed and you have requested strict checking.\nHost key verification failed.\n${loss}`,
    "Host key for j has changed and you have requested strict checking.",
    "key",
  ],
  [
    "a jump host that refuses the login",
    `${banner}ada@j: Permission denied (publickey).\n${loss}`,
    "ada@j: Permission denied (publickey).",
    "login",
  ],
  [
    "a host that is down behind a jump host",
    `${banner}channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n${loss}`,
    "channel 0: open failed: connect failed: Connection refused",
  ],
  [
    "a host that refuses many connections behind a jump host",
    `${banner}${loss}`,
    "kex_exchange_identification: Connection closed by remote host",
  ],
  [
    "a program between that fails",
    "nc: connect failed\nConnection closed by UNKNOWN port 65535\n",
    "nc: connect failed",
  ],
  [
    "a host that refuses the login",
    `${banner}ada@b: Permission denied (publickey).\n`,
    "ada@b: Permission denied (publickey).",
    "login",
  ],
  [
    "an unknown host",
    "No ED25519 host key is known for b and you have requested strict checking.\nHost key verification failed.\n",
    "No ED25519 host key is known for b and you have requested strict checking.",
    "key",
  ],
  ["a login whose shell ends", "bash: no-such: command not found\n", "bash: no-such: command not found"],
  [
    "nothing but the loss",
    "Connection closed by UNKNOWN port 65535\n",
    "Connection closed by UNKNOWN port 65535",
  ],
];

describe("The reason of a failed connection", () => {
  const cases = failures.map(([what, said, line, refusal]) => ({ what, said, line, refusal }));
  it.each(cases)("is that of $what", ({ said, line, refusal }) => {
    expect(loginFailure(said)).toEqual({ line, refusal });
  });

  it("is unknown without a word", () => {
    expect(loginFailure("\n")).toBeUndefined();
  });
});
