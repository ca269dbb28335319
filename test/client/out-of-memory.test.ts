import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const program = fileURLToPath(new URL("../../../client/bin/flamenco.js", import.meta.url));

t.test("a command that dies for want of memory still answers with one coded document", async (t) => {
  const table = join(t.testdir(), "table.csv");
  writeFileSync(table, `a,b,c,y\n${"0.1234567,0.7654321,0.1928374,1\n".repeat(400_000)}`);
  const { status, stdout } = spawnSync(
    process.execPath,
    [program, "learn", table, "--target", "y", "--model", "tree", "--json"],
    { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "--max-old-space-size=40" } },
  );
  t.equal(status, 1);
  t.match(JSON.parse(stdout), { code: "FLM_TOO_LARGE", message: /ran out of memory/ });
});
