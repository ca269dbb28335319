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

/** Processes of a process group; empty when this system has no /proc. */
export function groupMembers(group: number): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => groupOf(pid) === group);
}

/** Process group of a process, or -1. Fields follow the name, which may hold spaces and brackets: proc(5). */
function groupOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  } catch {
    return -1;
  }
}
