import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { runFlamenco, startService } from "./processes.js";
import { round } from "./timing.js";
import { tenLfs } from "./workload.js";

const ROWS = 1_000_000;
const header = fileURLToPath(new URL("../../examples/data/north.csv", import.meta.url));

/** Columns that carry something; the others of the dialect are 0. `u` and `v` are uniform in [0, 1). */
const generated: Readonly<Record<string, string>> = {
  "Unnamed: 0": "i",
  "Flow ID": "'10.0.0.1-10.0.0.2-' || i",
  "Source IP": "'10.0.0.1'",
  "Destination IP": "'10.0.0.2'",
  "Source Port": "CAST(floor(u * 65536) AS INTEGER)",
  "Destination Port": "CAST(floor(v * 65536) AS INTEGER)",
  Protocol: "CASE WHEN u < 0.5 THEN 17 ELSE 6 END",
  Timestamp: "strftime(TIMESTAMP '2024-01-01' + to_milliseconds(i * 10), '%Y-%m-%d %H:%M:%S.%f')",
  "Flow Duration": "CAST(floor(v * 120000000) AS BIGINT)",
  "Total Fwd Packets": "1 + CAST(floor(u * u * 200) AS INTEGER)",
  "Total Length of Fwd Packets": "CAST(floor(v * 1500) * (1 + floor(u * u * 200)) AS BIGINT)",
  "Average Packet Size": "floor(v * 1500)",
  Label: "CASE WHEN u < 0.4 THEN 'DrDoS_NTP' ELSE 'BENIGN' END",
};

async function writeFlows(path: string): Promise<void> {
  const names = ((await readFile(header, "utf8")).split("\n", 1)[0] ?? "").trimEnd().split(",");
  const columns = names.map((name) => `${generated[name.trim()] ?? "0"} AS "${name}"`);
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const uniform = (salt: number) => `(hash(i * 2 + ${salt}) >> 11) / 9007199254740992.0`;
  await connection.run(
    `COPY (SELECT ${columns.join(", ")} FROM (SELECT range AS i, ${uniform(0)} AS u, ${uniform(1)} AS v FROM range(${ROWS})))
     TO '${path}' (FORMAT csv, HEADER true)`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** End-to-end seconds of one study over 1,000,000 generated rows x 10 LFs: sign, offer, verify, run, release, fetch, verify. */
export async function benchStudy(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), "flamenco-bench-"));
  const dataDir = join(folder, "data");
  const csv = join(folder, "flows.csv");
  const lfs = join(folder, "lfs");
  const services: { stop(): Promise<void> }[] = [];
  try {
    await writeFlows(csv);
    const bytes = (await stat(csv)).size;
    const { keyId } = await runFlamenco("keys", "new", "bench", "--data-dir", dataDir);
    const registry = await startService("registry", "start", "--data-dir", dataDir);
    services.push(registry);
    await runFlamenco(
      ...["node", "init", "--name", "bench-node", "--registry", registry.url, "--preset", "open"],
      ...["--trust", `${String(keyId)}=bench`, "--data-dir", dataDir],
    );
    const importStart = Date.now();
    await runFlamenco("dataset", "add", "flows", csv, "--labels", "benign=BENIGN,attack=*", "--data-dir", dataDir);
    const importSeconds = (Date.now() - importStart) / 1000;
    services.unshift(await startService("node", "start", "--data-dir", dataDir));
    await mkdir(lfs);
    await writeFile(join(lfs, "lfs.ts"), tenLfs);
    await writeFile(
      join(lfs, "flamenco.json"),
      JSON.stringify({
        name: "bench/ten",
        version: "1.0.0",
        kind: "flow/1",
        task: { id: "ddos", labels: ["benign", "attack"], positive: "attack" },
        license: "Apache-2.0",
        description: "Ten labeling functions.",
        authors: [{ name: "Bench" }],
      }),
    );
    await runFlamenco("lf", "publish", lfs, "--key", "bench", "--registry", registry.url, "--data-dir", dataDir);
    const seconds: number[] = [];
    for (let repetition = 0; repetition < 3; repetition++) {
      const start = Date.now();
      await runFlamenco(
        ...["study", "run", "--packages", "bench/ten@1.0.0", "--nodes", "bench-node", "--dataset", "flows", "--wait"],
        ...["--key", "bench", "--registry", registry.url, "--data-dir", dataDir],
      );
      seconds.push(round((Date.now() - start) / 1000));
    }
    return {
      rows: ROWS,
      lfs: 10,
      studySeconds: seconds,
      importSeconds: round(importSeconds),
      importMegabytesPerSecond: round(bytes / 1e6 / importSeconds),
    };
  } finally {
    for (const service of services) await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
