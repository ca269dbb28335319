import { spawnSync } from "node:child_process";
import { mkdtemp, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registryPaths } from "@flamenco/policies/wire";
import { createRegistry } from "@flamenco/registry";
import t from "tap";
import { makeVerifiedBundle } from "../../support/verified-packages.js";
import { alice } from "../harness.js";

const diskBytes = 256 * 1024;

/** Call `use` with a folder that is a disk of its own, a very small one; false when this user cannot mount any. */
async function onSmallDisk(use: (directory: string) => Promise<void>): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), "flamenco-small-disk-"));
  try {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskBytes}`, "tmpfs", directory]).status === 0;
    if (!mounted) return false;
    try {
      await use(directory);
    } finally {
      spawnSync("umount", [directory]);
    }
    return true;
  } finally {
    await rmdir(directory);
  }
}

t.test("a full disk refuses what is new, keeps what is old, and recovers when there is room", async (t) => {
  const ran = await onSmallDisk(async (dataDir) => {
    let registry = await createRegistry({ dataDir });
    try {
      const publish = async (patch: number) => {
        const payload = makeVerifiedBundle([alice], { version: `1.0.${patch}` });
        const { statusCode, body } = await registry.app.inject({
          method: "POST",
          url: registryPaths.packages,
          payload,
        });
        return { statusCode, body: JSON.parse(body) };
      };
      const count = async () => JSON.parse((await registry.app.inject(registryPaths.packages)).body).packages.length;

      t.equal((await publish(0)).statusCode, 201);
      const ballast = join(dataDir, "ballast");
      await t.rejects(writeFile(ballast, Buffer.alloc(2 * diskBytes)), { code: "ENOSPC" });
      const full = await publish(1);
      t.equal(full.statusCode, 507);
      t.equal(full.body.code, "FLM_DISK_FULL");
      t.equal(await count(), 1);

      await writeFile(ballast, "");
      t.equal((await publish(1)).statusCode, 201, "the same again, with room");
      await registry.close();
      registry = await createRegistry({ dataDir });
      t.strictSame(registry.recovery, { entries: 2, tornBytes: 0 });
      t.equal(await count(), 2);
    } finally {
      await registry.close();
    }
  });
  if (!ran) t.comment("skipped: only root can mount a small disk");
});
