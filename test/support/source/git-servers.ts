import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttps } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../rig/free-port.ts";
import { until } from "../rig/until.ts";

/** A server of Git repositories on this machine. */
interface GitServer {
  readonly port: number;
  readonly close: () => void;
}

/** A server of ssh that only serves repositories, and a client's way to it. */
export interface SshGitServer extends GitServer {
  /** The program in the place of ssh: it knows the server and has its key. */
  readonly client: string;
  /** The same with an unknown key, and an unknown server. */
  readonly stranger: string;
  readonly newcomer: string;
}

/** Starts a server of ssh whose only program is git-shell, for the user of this process. */
export async function serveGitBySsh(folder: string): Promise<SshGitServer> {
  const port = await freePort();
  const sh = (script: string): string =>
    execFileSync("sh", ["-ec", script], { cwd: folder, encoding: "utf8" });
  sh(`for key in host client other; do ssh-keygen -q -t ed25519 -N '' -f ${folder}/$key; done
    printf '%s' 'command="git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"",restrict ' | cat - client.pub > authorized
    printf '[127.0.0.1]:${port} ' | cat - host.pub > known
    [ "$(id -u)" != 0 ] || mkdir -p /run/sshd`);
  const settings = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/authorized`,
    "PidFile none",
    // Without it, git speaks its first protocol, as with the settings of many distributions.
    "AcceptEnv GIT_PROTOCOL",
    "UsePAM no",
    "StrictModes no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    // Then bash reads no ~/.bashrc, which may start many programs.
    "SetEnv SHLVL=2",
  ];
  writeFileSync(join(folder, "sshd_config"), `${settings.join("\n")}\n`);
  const child = spawn("/usr/sbin/sshd", ["-D", "-f", `${folder}/sshd_config`, "-E", `${folder}/sshd.log`], {
    stdio: "ignore",
  });
  await until("the server of ssh listens", async () =>
    readFileSync(join(folder, "sshd.log"), "utf8").includes("listening"),
  );
  const client = (key: string, known: string): string =>
    `ssh -F /dev/null -oKexAlgorithms=curve25519-sha256 -oIdentitiesOnly=yes -oIdentityFile=${folder}/${key} -oUserKnownHostsFile=${known}`;
  return {
    port,
    client: client("client", `${folder}/known`),
    stranger: client("other", `${folder}/known`),
    newcomer: client("client", "/dev/null"),
    close: () => void child.kill(),
  };
}

/** A server of https with a certificate by a CA of its own. */
export interface HttpsGitServer extends GitServer {
  /** The path of the certificate of the CA. */
  readonly ca: string;
  /** The paths of the requests so far. */
  readonly asked: readonly string[];
}

/** Starts a server of https for the repositories in a folder, by `git http-backend`. A path with /closed/ wants a password. */
export async function serveGitByHttps(folder: string, repositories: string): Promise<HttpsGitServer> {
  execFileSync(
    "sh",
    [
      "-ec",
      `new='openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'
      $new -keyout ca.key -out ca.pem -subj /CN=ca 2>/dev/null
      $new -CA ca.pem -CAkey ca.key -keyout tls.key -out tls.pem -subj /CN=127.0.0.1 \\
        -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE 2>/dev/null`,
    ],
    { cwd: folder },
  );
  const asked: string[] = [];
  const options = { key: readFileSync(join(folder, "tls.key")), cert: readFileSync(join(folder, "tls.pem")) };
  const server = createHttps(options, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://127.0.0.1");
    asked.push(pathname);
    if (pathname.startsWith("/closed/")) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end();
      return;
    }
    const backend = spawn("git", ["http-backend"], {
      env: {
        ...process.env,
        GIT_PROJECT_ROOT: repositories,
        GIT_HTTP_EXPORT_ALL: "1",
        // The repositories may belong to another user than that of this process.
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "safe.directory",
        GIT_CONFIG_VALUE_0: "*",
        PATH_INFO: pathname,
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method ?? "GET",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
    });
    request.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on("data", (chunk: Buffer) => void chunks.push(chunk));
    backend.on("close", () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf("\r\n\r\n");
      const headers = new Map(
        answer
          .subarray(0, end)
          .toString()
          .split("\r\n")
          .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)] as const),
      );
      const status = Number.parseInt(headers.get("Status") ?? "200", 10);
      headers.delete("Status");
      response.writeHead(status, Object.fromEntries(headers)).end(answer.subarray(end + 4));
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return { port, ca: join(folder, "ca.pem"), asked, close: () => void server.close() };
}

/** A server of the git protocol for the repositories of a folder, which can be down for a while. */
export interface GitDaemon {
  readonly port: number;
  /** Returns the address of a repository. */
  readonly addressOf: (repository: string) => string;
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

/** Starts a server of the git protocol. `onFetch` is called at each fetch. */
export async function serveGitByDaemon(
  folder: string,
  onFetch: () => void = () => undefined,
): Promise<GitDaemon> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = ["--verbose", "--reuseaddr", "--export-all", `--base-path=${folder}`];
    const child = spawn("git", ["daemon", ...options, "--listen=127.0.0.1", `--port=${port}`], {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    server = child;
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (line.includes("Request upload-pack")) onFetch();
    });
    await until("the server of git listens", () => isListening(port));
  };
  await start();
  return {
    port,
    addressOf: (repository) => `git://127.0.0.1:${port}/${repository}`,
    start,
    stop() {
      // git starts the daemon as a child of its own.
      if (server?.pid !== undefined) process.kill(-server.pid, "SIGKILL");
      server = undefined;
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.end());
  });
}
