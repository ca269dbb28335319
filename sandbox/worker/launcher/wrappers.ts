import { availableParallelism } from "node:os";
import { sandboxLimits } from "../../limits.js";
import { bubblewrapArguments } from "./bubblewrap.js";
import { workerEnvironment } from "./engine.js";

/** What a worker may use, as far as walls are concerned. */
export interface WallLimits {
  readonly deadlineSeconds: number;
  readonly memoryMegabytes: number;
  /** Isolates of V8 that the worker will make, those of its threads among them. */
  readonly isolates: number;
}

export interface WallContext extends WallLimits {
  /** Absolute paths of all that the worker and the programs that wrap it read. */
  readonly readable: readonly string[];
}

/** One way of calling a wrapper. */
export interface WrapperForm {
  /** Takes the system-call filter on a descriptor. */
  readonly filtered?: true;
  readonly arguments: (context: WallContext) => readonly string[];
}

/** A wall that a system program puts up before it becomes the next program (`program ARGUMENTS command`). */
export interface Wrapper {
  readonly name: string;
  readonly program: string;
  readonly purpose: string;
  /** What the operator can do where it does not stand. */
  readonly raise: string;
  /** A wall that, where it stands, does what this one would. */
  readonly partOf?: string;
  /** Forms to try, the strongest first. */
  readonly forms: readonly WrapperForm[];
}

const userNamespaces =
  "let the kernel give user namespaces: `sysctl -w user.max_user_namespaces=10000`, on Ubuntu also `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, in a container a seccomp profile that permits `unshare`";

/**
 * Walls by system programs, outermost first. Each `exec`s the next (bubblewrap stays as the parent of its process
 * namespace), and no shell is between. Namespaces come before `setpriv`: entering a user namespace changes credentials,
 * which clears the signal on the parent's death. The environment comes last: bubblewrap sets PWD.
 */
export const wrappers: readonly Wrapper[] = Object.freeze([
  {
    name: "bubblewrap",
    program: "bwrap",
    purpose:
      "The worker is alone: no network, no processes, no files but its program and the dataset, nobody's user id.",
    raise: `Install it (\`apt install bubblewrap\`) and ${userNamespaces}.`,
    forms: [
      { filtered: true, arguments: ({ readable }) => bubblewrapArguments(readable, true) },
      { arguments: ({ readable }) => bubblewrapArguments(readable, false) },
    ],
  },
  {
    name: "namespaces",
    program: "unshare",
    purpose: "The worker has no network and no shared memory with other processes.",
    raise: `Install util-linux and ${userNamespaces}.`,
    partOf: "bubblewrap",
    forms: [
      { arguments: () => ["--user", "--map-current-user", "--net", "--ipc", "--"] },
      // Where user namespaces are forbidden to all but a privileged process.
      { arguments: () => ["--net", "--ipc", "--"] },
    ],
  },
  {
    name: "resource limits",
    program: "prlimit",
    purpose: "No core dump, no file written, bounded processor time, memory mappings and descriptors.",
    raise: "Install util-linux (Linux only).",
    forms: [
      {
        arguments: ({ deadlineSeconds, memoryMegabytes, isolates }) => [
          "--core=0",
          "--fsize=0",
          `--nofile=${sandboxLimits.workerOpenFiles}`,
          `--cpu=${Math.ceil(deadlineSeconds) * availableParallelism() + 10}`,
          `--data=${(memoryMegabytes + (isolates + 2) * sandboxLimits.isolateCodeMegabytes + sandboxLimits.workerSlackMegabytes) * 2 ** 20}`,
          "--",
        ],
      },
    ],
  },
  {
    name: "privileges",
    program: "setpriv",
    purpose: "No privilege can be gained, and the kernel kills the worker when its parent dies.",
    raise: "Install util-linux (Linux only).",
    forms: [
      { arguments: () => ["--pdeathsig", "KILL", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"] },
      // Dropping the bounding set needs a privilege that an ordinary user outside a namespace does not have.
      { arguments: () => ["--pdeathsig", "KILL", "--no-new-privs", "--inh-caps=-all", "--"] },
    ],
  },
  {
    name: "environment",
    program: "env",
    purpose:
      "Nothing of the server's environment reaches the worker, nor of a tool that instruments the server's children.",
    raise: "Install coreutils.",
    forms: [
      {
        arguments: () => ["-i", "--", ...Object.entries(workerEnvironment).map(([name, value]) => `${name}=${value}`)],
      },
    ],
  },
]);
