import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly folder: string;
  /** Why there is none, or null. */
  readonly refusal: string | null;
  readonly unmount: () => void;
}

/** A file system of its own with so many bytes, where the test may mount one. */
export function mountSmall(bytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "flamenco-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder], { stdio: "ignore" });
  const unmount = () => {
    if (status === 0) spawnSync("umount", ["--lazy", folder], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
  };
  if (status !== 0) unmount();
  return {
    folder,
    refusal: status === 0 ? null : "a small file system cannot be mounted here (it needs root)",
    unmount,
  };
}
