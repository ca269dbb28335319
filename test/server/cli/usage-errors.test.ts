import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";

const programs = {
  "flamenco-node": "../../../../server/bin/flamenco-node.js",
  "flamenco-desk": "../../../../sandbox/bin/flamenco-desk.js",
  "flamenco-registry": "../../../../registry/bin/flamenco-registry.js",
  flamenco: "../../../../client/bin/flamenco.js",
};
const run = (program: keyof typeof programs, ...words: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const path = fileURLToPath(new URL(programs[program], import.meta.url));
    execFile(process.execPath, [path, ...words], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });

t.test("a wrong command line, too, is answered with one JSON document under --json, and ends with 2", async (t) => {
  const usage = (message: RegExp) => ({ code: "FLM_USAGE", message, details: [] });
  for (const [program, words, message] of [
    ["flamenco-node", ["policy", "check", "--json"], /missing required argument 'dir'/],
    ["flamenco-node", ["audit", "list", "--last", "0", "--json"], /argument '0' is invalid/],
    ["flamenco-node", ["budget", "--json"], /unknown option '--json'/],
    ["flamenco-registry", ["start", "--port", "x", "--json"], /argument 'x' is invalid/],
  ] as const) {
    const { code, stdout } = await run(program, ...words);
    t.equal(code, 2, words.join(" "));
    t.match(JSON.parse(stdout), { event: "failed", error: usage(message) }, words.join(" "));
  }
  for (const program of ["flamenco-desk", "flamenco"] as const) {
    const { code, stdout } = await run(program, "release", "simulate", "--preset", "open", "x.csv", "--json");
    t.equal(code, 2, program);
    t.match(JSON.parse(stdout), usage(/'open' is invalid/), program);
  }
  t.match(
    await run("flamenco-node", "policy"),
    { code: 2, stdout: "" },
    "without --json, text on standard error alone",
  );
});
