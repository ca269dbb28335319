import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  leafHash,
  openCheckpoint,
  recordBytes,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from "@flamenco/policies/trust";
import type { AuditEntry } from "@flamenco/policies/wire";
import { AuditLog, openLogFiles } from "@flamenco/server/audit";
import t, { type Test } from "tap";
import { makeKey } from "../../support/signed-documents.js";
import { digestOfNumber, Killed, killedAt, north, now, openLog, readLog, reservation } from "./support.js";

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

async function makeFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "flamenco-audit-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

t.test("a log begins in an empty folder, with a checkpoint of nothing, for its owner's eyes only", async (t) => {
  const folder = await makeFolder(t);
  const log = await openLog(folder);
  t.equal(log.size, 0);
  t.same(openCheckpoint(await readFile(join(folder, "checkpoint"), "utf8"), north.keyId).root, treeRoot([]));
  t.equal((await stat(join(folder, "checkpoint"))).mode & 0o077, 0);
  await log.append(reservation(1));
  t.equal((await stat(join(folder, "open", "0.entries"))).mode & 0o077, 0);
});

t.test("entries are on the disk when they are answered, and there again after a restart", async (t) => {
  const folder = await makeFolder(t);
  const log = await openLog(folder);
  t.equal(await log.append(reservation(1)), 0);
  t.same(
    (await readLog(folder)).map(({ entry }) => entry),
    [reservation(1)],
    "without closing the log",
  );
  const answers = await Promise.all([2, 3, 4].map((value) => log.append(reservation(value))));
  t.same(answers, [1, 2, 3], "in the order in which they were asked for");
  await log.close();
  const again = await openLog(folder);
  t.equal(again.size, 4);
  t.equal(await again.append(reservation(5)), 4);
  t.same(
    (await readLog(folder)).map(({ index, at }) => [index, at]),
    [0, 1, 2, 3, 4].map((index) => [index, now().toISOString()]),
  );
});

t.test("entries that wait are written together", async (t) => {
  const folder = await makeFolder(t);
  const { files, steps } = killedAt(openLogFiles(folder), 1e9, 1);
  const log = await openLog(folder, files);
  const before = steps();
  await Promise.all(Array.from({ length: 200 }, (_, value) => log.append(reservation(value))));
  t.ok(steps() - before <= 6, `200 entries took ${steps() - before} writes`);
});

t.test("saying the same of the same thing again leaves one entry, saying something else another", async (t) => {
  const folder = await makeFolder(t);
  const log = await openLog(folder);
  const policies = (value: number): AuditEntry => ({ type: "policies", policySet: digestOfNumber(value) });
  t.equal(await log.append(policies(1)), 0);
  t.equal(await log.append(policies(1)), 0);
  t.equal(await log.append(policies(2)), 1);
  t.equal(await log.append(policies(1)), 2, "back to the first set is a change too");
  t.same(await Promise.all([log.append(reservation(1)), log.append(reservation(1))]), [3, 3], "also side by side");
  await log.close();
  const again = await openLog(folder);
  t.equal(await again.append(policies(1)), 2, "and after a restart");
  t.equal(await again.append(reservation(1)), 3);
  t.equal(again.size, 4);
});

t.test("full bundles lie where tlog-tiles says, and every proof holds across them", async (t) => {
  const folder = await makeFolder(t);
  const log = await openLog(folder);
  const early = await log.append(reservation(0)).then(() => log.proofOf(0));
  await Promise.all(Array.from({ length: 599 }, (_, value) => log.append(reservation(value + 1))));
  t.same(await readdir(join(folder, "tile", "entries")), ["000", "001"]);
  t.same(await readdir(join(folder, "tile", "0")), ["000", "001"]);
  t.equal((await stat(join(folder, "tile", "0", "001"))).size, 8192);
  t.same((await readdir(join(folder, "open"))).sort(), ["2.entries", "2.hashes"]);
  await log.close();
  const again = await openLog(folder);
  for (const index of [0, 255, 256, 511, 512, 599]) {
    const { record, checkpoint, path } = await again.proofOf(index);
    const { size, root } = openCheckpoint(checkpoint, north.keyId);
    t.equal(size, 600);
    verifyInclusion({ index, size, leaf: leafHash(recordBytes(record)), root }, path.map(bytesOf));
  }
  const old = openCheckpoint(early.checkpoint, north.keyId);
  const { checkpoint, proof } = await again.consistencyProof(old.size);
  const { size, root } = openCheckpoint(checkpoint, north.keyId);
  verifyConsistency({ oldSize: old.size, oldRoot: old.root, size, root }, proof);
  t.equal(old.size, 1, "an old proof is joined to the newer checkpoint");
});

t.test("killed between any two writes, the log opens again, keeps what it answered, and repeats nothing", async (t) => {
  // 254 entries are there before; the story then crosses the end of the first bundle.
  const story = [300, 301, 302, 303];
  const seed = await makeFolder(t);
  const first = await openLog(seed);
  await Promise.all(Array.from({ length: 254 }, (_, value) => first.append(reservation(value))));
  await first.close();
  let kills = 0;
  for (const part of [0, 0.4, 1]) {
    for (let step = 1; ; step += 1) {
      const folder = await makeFolder(t);
      await cp(seed, folder, { recursive: true });
      const { files, steps } = killedAt(openLogFiles(folder), step, part);
      const answered: number[] = [];
      let note = await readFile(join(folder, "checkpoint"), "utf8");
      const died = await (async () => {
        const log = await openLog(folder, files);
        for (const value of story) {
          await log.append(reservation(value));
          answered.push(value);
          note = await readFile(join(folder, "checkpoint"), "utf8");
        }
        return false;
      })().catch((error: unknown) => {
        if (!(error instanceof Killed) && (error as { code?: string }).code !== "FLM_AUDIT_BROKEN") throw error;
        return true;
      });
      if (!died) {
        t.ok(steps() < step, "the story has an end");
        break;
      }
      kills += 1;
      const log = await openLog(folder);
      const values = (await readLog(folder)).map(({ entry }) =>
        entry.type === "reservation" ? Number(`0x${entry.request}`) : -1,
      );
      if (!answered.every((value) => values.includes(value)))
        t.fail(`step ${step}, part ${part}: an answered entry is gone`);
      if (new Set(values).size !== values.length) t.fail(`step ${step}, part ${part}: an entry is there twice`);
      const old = openCheckpoint(note, north.keyId);
      const { checkpoint, proof } = await log.consistencyProof(old.size);
      const newest = openCheckpoint(checkpoint, north.keyId);
      verifyConsistency({ oldSize: old.size, oldRoot: old.root, size: newest.size, root: newest.root }, proof);
      for (const value of story) await log.append(reservation(value));
      t.equal(log.size, 258, `killed at step ${step} with ${part} of it done: each entry is there once`);
      await readLog(folder);
    }
  }
  t.ok(kills > 30, `${kills} kills`);
});

t.test("killed while it repairs itself, the log opens all the same", async (t) => {
  const seed = await makeFolder(t);
  const log = await openLog(seed);
  await Promise.all(Array.from({ length: 255 }, (_, value) => log.append(reservation(value))));
  await log.close();
  const { files } = killedAt(openLogFiles(seed), 2, 0.5);
  // Entry 255 is written whole, its hash in half.
  const dying = await openLog(seed, files);
  await t.rejects(dying.append(reservation(255)));
  for (let step = 1; step <= 6; step += 1) {
    const folder = await makeFolder(t);
    await cp(seed, folder, { recursive: true });
    await openLog(folder, killedAt(openLogFiles(folder), step, 0).files).catch(() => undefined);
    const again = await openLog(folder);
    t.equal(again.size, 256, `killed at step ${step} of the repair`);
    t.equal(await again.append(reservation(255)), 255);
    t.equal((await readLog(folder)).length, 256);
  }
});

t.test("a torn tail beyond the checkpoint is cut, even one of zeros", async (t) => {
  const folder = await makeFolder(t);
  const log = await openLog(folder);
  await log.append(reservation(1));
  await log.close();
  const path = join(folder, "open", "0.entries");
  const whole = await readFile(path);
  for (const tail of [Buffer.alloc(100), Buffer.from([0xff, 0xff, 1, 2]), whole, Buffer.from([0])]) {
    await writeFile(path, Buffer.concat([whole, tail]));
    const again = await openLog(folder);
    t.equal(again.size, 1);
    t.same(await readFile(path), whole);
  }
});

t.test("a log that cannot be written takes nothing more, and says so; the next start goes on", async (t) => {
  const folder = await makeFolder(t);
  const whole = openLogFiles(folder);
  let full = false;
  const log = await openLog(folder, {
    ...whole,
    append: async (path, bytes) => {
      if (full) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      await whole.append(path, bytes);
    },
  });
  await log.append(reservation(1));
  full = true;
  await t.rejects(log.append(reservation(2)), { code: "FLM_DISK_FULL" });
  full = false;
  await t.rejects(log.append(reservation(3)), { code: "FLM_AUDIT_BROKEN" });
  await t.rejects(log.proofOf(0), { code: "FLM_AUDIT_BROKEN" });
  const again = await openLog(folder);
  t.equal(await again.append(reservation(3)), 1);
});

t.test("an entry with a place for a row is no entry", async (t) => {
  const log = await openLog(await makeFolder(t));
  for (const extra of [{ rows: 12 }, { noise: 0.5 }, { microRho: Number.NaN }, { microRho: 1e300 }, { microRho: -1 }]) {
    await t.rejects(async () => log.append({ ...reservation(1), ...extra } as AuditEntry), { code: "FLM_SCHEMA" });
  }
  const policies = Array.from({ length: 200 }, () => "\u0001".repeat(200));
  await t.rejects(
    log.append({
      type: "release",
      study: digestOfNumber(1),
      result: digestOfNumber(2),
      dataset: { name: "flows", version: digestOfNumber(3) },
      preset: "open",
      policies,
    }),
    { code: "FLM_TOO_LARGE" },
  );
  t.equal(await log.append(reservation(1)), 0, "and the log goes on");
});

t.test("another key's log is not taken over", async (t) => {
  const folder = await makeFolder(t);
  await (await openLog(folder)).close();
  const key = makeKey("mallory");
  await t.rejects(AuditLog.open({ files: openLogFiles(folder), key, now }), { code: "FLM_AUDIT_CHECKPOINT" });
});
