import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A real PostgreSQL server of its own, reachable through a socket in a temporary folder. */
export interface PostgresServer {
  /** What DATABASE_URL would hold. */
  readonly url: string;
  /** Make a database of a name that is no other's, empty or as another one is to which nobody is connected. @returns its url */
  makeDatabase(name: string, template?: string): Promise<string>;
  /** Cut every connection to the server, as a restart of it would. */
  disconnectAll(): Promise<void>;
  stop(): Promise<void>;
}

/** Folder of the newest server that Debian's package installed, or undefined. */
async function findPrograms(): Promise<string | undefined> {
  const root = "/usr/lib/postgresql";
  const versions = await readdir(root).catch(() => []);
  const newest = versions
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => b - a)[0];
  return newest === undefined ? undefined : join(root, String(newest), "bin");
}

/** PostgreSQL refuses to run as root: run its programs as the user that the package made. */
async function findUser(): Promise<{ prefix: string[]; uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return { prefix: [], uid: -1, gid: -1 };
  try {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, "postgres"])).stdout)),
    );
    if (uid === undefined || gid === undefined) return undefined;
    return { prefix: ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"], uid, gid };
  } catch {
    return undefined;
  }
}

/**
 * Start a server for one test file.
 * @returns undefined, with the reason, where no server is installed: the caller skips and says so.
 */
export async function startPostgres(): Promise<PostgresServer | { readonly absent: string }> {
  const programs = await findPrograms();
  if (programs === undefined) return { absent: "PostgreSQL is not installed (Debian: apt-get install postgresql)" };
  const user = await findUser();
  if (user === undefined) return { absent: "there is no user `postgres` to run the server as" };

  const directory = await mkdtemp(join(tmpdir(), "flamenco-pg-"));
  const data = join(directory, "data");
  await mkdir(data, { mode: 0o700 });
  if (user.uid >= 0) for (const path of [directory, data]) await chown(path, user.uid, user.gid);
  const asUser = (program: string, ...parameters: string[]) => {
    const [file, ...rest] = [...user.prefix, join(programs, program), ...parameters];
    return run(file as string, rest, { cwd: directory });
  };
  await asUser("initdb", "-D", data, "-U", "flamenco", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
  // The kernel stops the server when this process dies, however it dies: no test leaves one behind.
  const [file, ...rest] = [...(user.prefix.length > 0 ? user.prefix : ["setpriv"]), "--pdeathsig", "INT"] as const;
  const settings = { listen_addresses: "", unix_socket_directories: directory, fsync: "off", max_connections: "50" };
  const server = spawn(
    file as string,
    [
      ...rest,
      join(programs, "postgres"),
      "-D",
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { cwd: directory, stdio: "ignore" },
  );
  const ended = once(server, "exit");
  for (;;) {
    const ready = await asUser("pg_isready", "-h", directory, "-U", "flamenco", "-d", "postgres").then(
      () => true,
      () => false,
    );
    if (ready) break;
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode} before it was ready`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const urlOf = (name: string) => `postgres://flamenco@/${name}?host=${encodeURIComponent(directory)}`;
  return {
    url: urlOf("postgres"),
    makeDatabase: async (name, template = "template1") => {
      await asUser("createdb", "-h", directory, "-U", "flamenco", "-T", template, name);
      return urlOf(name);
    },
    disconnectAll: async () => {
      const sql =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND client_port IS NOT NULL";
      await asUser("psql", "-h", directory, "-U", "flamenco", "-d", "postgres", "-c", sql);
    },
    stop: async () => {
      server.kill("SIGQUIT");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
