import { open } from "node:fs/promises";

/** Wait until the names in a folder are on the disk: without it, a new or renamed file may vanish with the power. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
