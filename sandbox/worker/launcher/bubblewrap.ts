import { workerEnvironment } from "./engine.js";

/** Descriptor on which bubblewrap reads the system-call filter; it closes it before the worker starts. */
export const FILTER_DESCRIPTOR = 4;

/** The dynamic loader and libraries; those that a system does not have are left out. */
const libraryFolders = ["/usr/lib", "/usr/lib64", "/lib", "/lib64"];

/**
 * Arguments of `bwrap`: a file system that consists of libraries and `readable`, all read-only; no `/proc`, no `/dev`, no
 * `/tmp`; namespaces of every sort; nobody's user id; no capability; no terminal to inject into.
 * @param readable absolute paths of files and folders
 * @param filtered the system-call filter is passed on `FILTER_DESCRIPTOR`
 */
export function bubblewrapArguments(readable: readonly string[], filtered: boolean): string[] {
  // A folder comes before what lies in it, or it would be bound over it.
  const paths = [...new Set([...libraryFolders, ...readable])].sort();
  return [
    ...["--unshare-all", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--hostname", "worker"],
    ...["--die-with-parent", "--new-session", "--clearenv"],
    ...Object.entries(workerEnvironment).flatMap(([name, value]) => ["--setenv", name, value]),
    ...paths.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--remount-ro", "/", "--chdir", "/"],
    ...(filtered ? ["--seccomp", String(FILTER_DESCRIPTOR)] : []),
    "--",
  ];
}
