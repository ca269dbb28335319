import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DatasetVersion, partitionFile, withStaging } from "@flamenco/server/datasets";

/** Publish a version whose one partition holds `text`: the store does not look inside partitions. */
export async function publishText(
  root: string,
  name: string,
  text: string,
  importedAt = "2026-01-02T03:04:05.678Z",
): Promise<DatasetVersion> {
  return withStaging(root, name, async (staging) => {
    await writeFile(join(staging.directory, partitionFile(0)), text);
    return staging.publish({
      schema: "flamenco-dataset/1",
      name,
      kind: "flow/1",
      dialect: "cic",
      importedAt,
      rows: 1,
      columns: ["srcPort"],
      partitions: await staging.describePartitions([1]),
      time: { minMs: null, maxMs: null },
      truth: null,
      statistics: {},
      account: { read: 1, kept: 1, dropped: [], files: [], notes: [] },
      software: "flamenco-test/0",
    });
  });
}
