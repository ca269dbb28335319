import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Folders in which programs are looked for: the absolute ones of the PATH, then the system's. A relative folder would let
 * the working directory choose the program.
 */
export function searchFolders(): string[] {
  const path = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return [...new Set([...path, "/usr/bin", "/bin", "/usr/sbin", "/sbin"])];
}

/** Absolute path of a system program, or null when this machine does not have it. */
export async function findSystemProgram(name: string): Promise<string | null> {
  for (const folder of searchFolders()) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
