import { readdirSync, readFileSync } from "node:fs";

/** Resident bytes of a process; 0 when it has ended or this system has no /proc. */
export function residentBytes(pid: number): number {
  try {
    // `status` counts in kB (1024 bytes) whatever the size of a page; `statm` counts pages.
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    return resident === null ? 0 : Number(resident[1]) * 1024;
  } catch {
    return 0;
  }
}

/**
 * A process with all that it started: its group, and its descendants, also those that made a group or a session of their
 * own (bubblewrap does). Empty when this system has no /proc.
 */
export function familyOf(root: number): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  const family = new Set<number>();
  const children = new Map<number, number[]>();
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
    const [parent, group] = kinOf(pid);
    if (group === root || pid === root) family.add(pid);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  // A set visits what is added to it while it is walked.
  for (const pid of family) for (const child of children.get(pid) ?? []) family.add(child);
  return [...family];
}

/** Parent and group of a process, or -1. Fields follow the name, which may hold spaces and brackets: proc(5). */
function kinOf(pid: number): [parent: number, group: number] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [Number(fields[1]), Number(fields[2])];
  } catch {
    return [-1, -1];
  }
}
