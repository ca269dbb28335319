import { spawnSync } from "node:child_process";
import { mkdtemp, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registryPaths } from "@flamenco/policies/wire";
import { createRegistry } from "@flamenco/registry";
import t from "tap";
import { makeAnnouncement, makeKey } from "../../support/signed-documents.js";
import { makeVerifiedBundle } from "../../support/verified-packages.js";
import { alice, signNode } from "../harness.js";

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
      const post = async (url: string, payload: object) => {
        const { statusCode, body } = await registry.app.inject({ method: "POST", url, payload });
        return { statusCode, body: JSON.parse(body) };
      };
      const publish = (patch: number) =>
        post(registryPaths.packages, makeVerifiedBundle([alice], { version: `1.0.${patch}` }));
      const announce = (index: number) => {
        const node = makeKey(`node-${index}`);
        return post(registryPaths.nodes, signNode(node, makeAnnouncement(node, new Date())));
      };
      const count = async () => JSON.parse((await registry.app.inject(registryPaths.packages)).body).packages.length;

      t.equal((await publish(0)).statusCode, 201);
      const ballast = join(dataDir, "ballast");
      await t.rejects(writeFile(ballast, Buffer.alloc(2 * diskBytes)), { code: "ENOSPC" });
      const full = await publish(1);
      t.equal(full.statusCode, 507);
      t.equal(full.body.code, "FLM_DISK_FULL");
      t.equal(await count(), 1);

      let announced = 0;
      while ((await announce(announced)).statusCode === 200) announced += 1;
      t.equal((await announce(announced)).body.code, "FLM_DISK_FULL", "in the middle of a line of the journal, too");

      await writeFile(ballast, "");
      t.equal((await publish(1)).statusCode, 201, "the same again, with room");
      t.equal((await announce(announced)).statusCode, 200);
      await registry.close();
      registry = await createRegistry({ dataDir });
      t.strictSame(registry.recovery, { entries: 3 + announced, tornBytes: 0 });
      t.equal(await count(), 2);
    } finally {
      await registry.close();
    }
  });
  if (!ran) t.comment("skipped: only root can mount a small disk");
});
