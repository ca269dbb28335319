import t from "tap";
import { documentOf, runFlamenco } from "./support/command-line.js";
import { answerWith, startRogueServer } from "./support/rogue-server.js";

const commands = [
  ["keys", "new"],
  ["keys", "list"],
  ["keys", "show"],
  ["lf", "init"],
  ["lf", "check"],
  ["lf", "explain"],
  ["lf", "publish"],
  ["lf", "list"],
  ["study", "run"],
  ["study", "status"],
  ["study", "results"],
  ["study", "list"],
  ["demo"],
];

// Every command is a process of its own; a busy machine starts them slowly.
t.setTimeout(300_000);

t.test("every command has help with examples, --json and --data-dir", { timeout: 120_000 }, async (t) => {
  const answers = await Promise.all(commands.map((command) => runFlamenco([...command, "--help"])));
  for (const [index, { code, stdout }] of answers.entries()) {
    const command = commands[index] ?? [];
    const name = command.join(" ");
    t.equal(code, 0, name);
    t.match(stdout, new RegExp(`Examples:\\n  \\$ flamenco ${name}`), name);
    t.match(stdout, /--json/, name);
    t.match(stdout, /--data-dir/, name);
  }
});

t.test("the groups and the program itself explain themselves", { timeout: 120_000 }, async (t) => {
  for (const group of [[], ["keys"], ["lf"], ["study"]]) {
    const { code, stdout } = await runFlamenco([...group, "--help"]);
    t.equal(code, 0);
    t.match(stdout, /Examples:/);
  }
  t.match((await runFlamenco(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
  t.match((await runFlamenco(["help", "node"])).stdout, /flamenco node init/);
});

t.test("services are run by their own programs, with their exit codes", { timeout: 120_000 }, async (t) => {
  for (const [service, own] of [
    ["node", /flamenco-node/],
    ["dataset", /dataset/],
    ["registry", /flamenco-registry/],
  ] as const) {
    const { code, stdout } = await runFlamenco([service, "--help"]);
    t.equal(code, 0, service);
    t.match(stdout, own, service);
  }
  t.not((await runFlamenco(["registry", "start", "--port", "none"])).code, 0);
});

t.test(
  "a command line that is not understood fails with code 2 and names what is wrong",
  { timeout: 120_000 },
  async (t) => {
    const wrong: [string[], RegExp][] = [
      [[], /Name a command/],
      [["keyz"], /keyz/],
      [["keys"], /Name a command/],
      [["keys", "show"], /name/],
      [["keys", "list", "--unknown"], /--unknown/],
      [["keys", "list", "surplus"], /too many arguments/],
      [["study", "run", "--packages", "a/b@1.0.0"], /--nodes/],
      [["study", "run", "--packages", "a/b@1.0.0", "--nodes", "x", "--label-model", "magic"], /magic/],
      [["study", "status", "abc"], /64 hexadecimal/],
      [["lf", "list", "--registry", "nowhere"], /nowhere/],
    ];
    for (const [args, message] of wrong) {
      const spoken = await runFlamenco(args);
      t.equal(spoken.code, 2, args.join(" "));
      t.match(spoken.stderr, /FLM_USAGE/, args.join(" "));
      t.match(spoken.stderr, message, args.join(" "));
      const answered = await runFlamenco([...args, "--json"]);
      t.equal(answered.code, 2);
      t.match(documentOf(answered), { code: "FLM_USAGE" });
    }
  },
);

t.test("a registry that is away is one error, in words and as a document", { timeout: 120_000 }, async (t) => {
  const server = await startRogueServer(answerWith({}));
  await server.close();
  for (const args of [
    ["lf", "list"],
    ["study", "list"],
    ["study", "results", "0".repeat(64)],
  ]) {
    const spoken = await runFlamenco([...args, "--registry", server.url]);
    t.equal(spoken.code, 1);
    t.match(spoken.stderr, /FLM_REGISTRY_UNREACHABLE/);
    t.equal(spoken.stdout, "");
    const answered = await runFlamenco([...args, "--json"], { env: { FLAMENCO_REGISTRY: server.url } });
    t.equal(answered.code, 1);
    t.match(documentOf(answered), { code: "FLM_REGISTRY_UNREACHABLE", details: [] });
  }
});

const ESC = String.fromCharCode(27);
const hostile = `${ESC}[2J${ESC}]0;owned\u0007\r\u202eoverwritten\u0000${"A".repeat(1000)}`;

t.test("text of a registry cannot drive the terminal", { timeout: 120_000 }, async (t) => {
  const summary = {
    name: "mallory/ports",
    version: "1.0.0",
    id: "0".repeat(64),
    kind: "flow/1",
    task: "ddos-ntp",
    description: hostile,
    authorKey: `ed25519:${"A".repeat(43)}`,
    lfs: [],
    publishedAt: null,
  };
  const catalog = await startRogueServer(answerWith({ packages: [summary] }));
  t.teardown(catalog.close);
  const listed = await runFlamenco(["lf", "list", "--registry", catalog.url]);
  t.equal(listed.code, 0);
  t.notMatch(listed.stdout, /[^\P{Cc}\n]|\p{Cf}/u);
  t.ok(listed.stdout.length < 1000);

  const refusing = await startRogueServer(
    answerWith(
      { code: "FLM_INTERNAL", message: hostile, details: [{ at: hostile.slice(0, 300), message: hostile }] },
      500,
    ),
  );
  t.teardown(refusing.close);
  const refused = await runFlamenco(["lf", "list", "--registry", refusing.url]);
  t.equal(refused.code, 1);
  t.notMatch(refused.stderr, /[^\P{Cc}\n]|\p{Cf}/u);

  const studies = await startRogueServer(
    answerWith({
      studies: [
        {
          study: "0".repeat(64),
          title: hostile.slice(0, 200),
          author: summary.authorKey,
          createdAt: "2026-01-01T00:00:00.000Z",
          runs: [],
        },
      ],
    }),
  );
  t.teardown(studies.close);
  const titled = await runFlamenco(["study", "list", "--registry", studies.url]);
  t.equal(titled.code, 0);
  t.notMatch(titled.stdout, /[^\P{Cc}\n]|\p{Cf}/u);
});

t.test("colors are only used when asked for, and never with NO_COLOR", { timeout: 120_000 }, async (t) => {
  const dataDir = t.testdir();
  await runFlamenco(["keys", "new", "alice"], { dataDir });
  const show = async (env: NodeJS.ProcessEnv) =>
    (await runFlamenco(["keys", "show", "alice"], { dataDir, env })).stdout.includes(ESC);
  t.equal(await show({}), false);
  t.equal(await show({ FORCE_COLOR: "1" }), true);
  t.equal(await show({ FORCE_COLOR: "1", NO_COLOR: "1" }), false);
});
