import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { Health, OffersAnswer, parseDocument, registryPaths } from "@flamenco/policies/wire";
import t from "tap";
import { north, offersPath } from "../harness.js";
import { finishProgram, runProgram, startService } from "./process.js";

// Every case starts processes, which takes its time on a busy machine.
t.setTimeout(240_000);

t.test("when ready, it says where it is, and answers there", async (t) => {
  const { child, ready } = await startService(t, t.testdir(), ["--name", "backbone"]);
  t.match(ready, { event: "ready", name: "backbone", url: /^http:\/\/127\.0\.0\.1:\d+$/, keyId: /^ed25519:/ });
  const health = parseDocument(Health, await (await fetch(ready.url + registryPaths.health)).json(), "health");
  t.match(health, { service: "registry", name: "backbone" });
  child.kill("SIGTERM");
  t.strictSame(await once(child, "exit"), [0, null]);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  t.test(`${signal} answers those who wait, and ends with 0`, async (t) => {
    const { child, ready } = await startService(t, t.testdir());
    const poll = fetch(`${ready.url}${offersPath(north)}?wait=30`);
    await fetch(ready.url + registryPaths.health);
    child.kill(signal);
    const answer = parseDocument(OffersAnswer, await (await poll).json(), "offers");
    t.strictSame(answer.offers, []);
    t.strictSame(await once(child, "exit"), [0, null]);
  });
}

t.test(
  "a client in the middle of a request cannot keep it from stopping; a second signal does not even wait",
  async (t) => {
    for (const signals of [1, 2]) {
      const { child, ready } = await startService(t, t.testdir());
      const socket = connect(Number(new URL(ready.url).port), "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(
        "POST /packages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
      );
      await fetch(ready.url + registryPaths.health);
      const stopping = new Promise((resolve) => {
        createInterface({ input: child.stderr }).on("line", (line) => line.includes('"stopping"') && resolve(line));
      });
      child.kill("SIGTERM");
      await stopping;
      if (signals === 2) child.kill("SIGTERM");
      t.strictSame(await once(child, "exit"), [signals === 2 ? 143 : 0, null]);
      socket.destroy();
    }
  },
);

t.test("it stops when its standard input ends, so that it never outlives its starter", async (t) => {
  const { child } = await startService(t, t.testdir());
  child.stdin.end();
  t.strictSame(await once(child, "exit"), [0, null]);
});

t.test("a starter that no longer reads what it writes does not keep it from stopping cleanly", async (t) => {
  const { child, ready } = await startService(t, t.testdir());
  child.stdout.destroy();
  child.stderr.destroy();
  await fetch(`${ready.url}/nope`);
  child.kill("SIGTERM");
  t.strictSame(await once(child, "exit"), [0, null]);
});

t.test("a taken port, a used data directory and a wrong name are said in words and as JSON", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  t.teardown(() => taken.close());
  await once(taken, "listening");
  const address = taken.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const used = t.testdir({ used: {}, free: {} });
  await startService(t, `${used}/used`);
  const failures: [code: string, args: string[]][] = [
    ["FLM_PORT_TAKEN", ["--data-dir", `${used}/free`, "--port", String(address.port)]],
    ["FLM_DATA_DIR_LOCKED", ["--data-dir", `${used}/used`, "--port", "0"]],
    ["FLM_CONFIG", ["--data-dir", `${used}/free`, "--port", "0", "--host", "256.0.0.1"]],
    ["FLM_SCHEMA", ["--data-dir", `${used}/free`, "--port", "0", "--name", "My Registry"]],
  ];
  for (const [code, args] of failures) {
    const ended = await finishProgram(t, ["start", "--json", ...args]);
    t.equal(ended.code, 1, code);
    t.match(ended.stderr, new RegExp(`^${code}: `, "m"));
    t.match(JSON.parse(ended.stdout), { event: "failed", error: { code } });
    t.notMatch(ended.stderr, /^\s+at /m, "no stack");
  }
});

t.test("a wrong command line ends with 2 and says where help is", async (t) => {
  for (const args of [
    ["start", "--port", "x"],
    ["start", "--port", "65536"],
    ["start", "--wrong"],
    ["stop"],
    ["start", "extra"],
  ]) {
    const { code, stderr } = await finishProgram(t, args);
    t.equal(code, 2, args.join(" "));
    t.match(stderr, /error: /);
    t.match(stderr, /--help/);
  }
});

t.test("help shows examples and ends with 0", async (t) => {
  const { code, stdout } = await finishProgram(t, ["start", "--help"]);
  t.equal(code, 0);
  t.match(stdout, /Examples:\n\s+flamenco-registry start/);
  t.equal((await finishProgram(t, ["--help"])).code, 0);
});

t.test("without --json, people are told what to do next", async (t) => {
  const child = runProgram(t, ["start", "--data-dir", t.testdir(), "--port", "0"]);
  child.stderr.resume();
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  t.match(text.toString(), /Registry registry is ready at http:\/\/127\.0\.0\.1:\d+\n[\s\S]*Ctrl-C/);
  child.kill("SIGINT");
  t.strictSame(await once(child, "exit"), [0, null]);
});
