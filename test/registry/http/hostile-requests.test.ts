import { connect } from "node:net";
import { ErrorDocument, parseDocument, registryPaths } from "@flamenco/policies/wire";
import { limits } from "@flamenco/registry";
import t, { type Test } from "tap";
import { makeBundle } from "../../support/signed-documents.js";
import { alice, north, offersPath, packagePath, studyPath, TestRegistry } from "../harness.js";

const json = { "content-type": "application/json" };
const posts = [
  registryPaths.packages,
  registryPaths.nodes,
  registryPaths.studies,
  registryPaths.runs,
  registryPaths.postResults,
];

/** The answer is an error document of the code, with the code's status, and tells nothing of the inside. */
function checkRefusal(
  t: Test,
  answer: { statusCode: number; body: string },
  code: string,
  status: number,
  what: string,
) {
  const document = parseDocument(ErrorDocument, JSON.parse(answer.body), "error");
  t.equal(document.code, code, what);
  t.equal(answer.statusCode, status, what);
  t.notMatch(answer.body, /node_modules|\.js:|\.ts:|at \w+ \(|FST_|SyntaxError/, `${what}: nothing of the inside`);
}

t.test("bodies that are no documents are refused, at every address", async (t) => {
  const { registry } = await TestRegistry.open(t);
  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
  const bodies: [what: string, body: string][] = [
    ["not JSON", "{"],
    ["nothing", ""],
    ["null", "null"],
    ["a number", "7"],
    ["text", '"x"'],
    ["a list", "[]"],
    ["an empty object", "{}"],
    ["wrong types", '{"envelope":7,"files":{"length":1},"payload":[],"signatures":"x"}'],
    ["a deep list", deep("[", "]")],
    ["a deep object", `${'{"a":'.repeat(30_000)}1${"}".repeat(30_000)}`],
    ["deep signatures", `{"payloadType":"x","payload":"","signatures":${deep("[", "]")}}`],
    ["a prototype", '{"__proto__":{"payload":"x"},"payloadType":"x","payload":"","signatures":[]}'],
    ["a constructor", '{"constructor":{"prototype":{"x":1}},"payloadType":"x"}'],
    ["keys twice", '{"payload":"x","payload":7}'],
    ["two documents", "{}{}"],
    ["a byte-order mark", "\ufeff{}"],
    ["a NUL", '{"payload":"\u0000"}'],
  ];
  for (const url of posts) {
    for (const [what, payload] of bodies) {
      const answer = await registry.app.inject({ method: "POST", url, headers: json, payload });
      checkRefusal(t, answer, "FLM_SCHEMA", 400, `${url}: ${what}`);
    }
  }
  t.equal(({} as { x?: number }).x, undefined, "no prototype was changed");
  t.equal((await registry.app.inject(registryPaths.health)).statusCode, 200, "and the registry lives");
});

t.test("bodies of another type than JSON are refused", async (t) => {
  const { registry } = await TestRegistry.open(t);
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/html",
    "x",
  ]) {
    const answer = await registry.app.inject({
      method: "POST",
      url: registryPaths.nodes,
      headers: { "content-type": type },
      payload: "a=1",
    });
    checkRefusal(t, answer, "FLM_SCHEMA", 400, type);
  }
});

t.test("a body over the ceiling of its address is refused", async (t) => {
  const { registry } = await TestRegistry.open(t);
  const ceilings: [url: string, bytes: number][] = [
    [registryPaths.packages, limits.packageBodyBytes],
    [registryPaths.postResults, limits.resultBodyBytes],
    [registryPaths.nodes, limits.announcementBodyBytes],
    [registryPaths.studies, limits.otherBodyBytes],
    [registryPaths.runs, limits.otherBodyBytes],
  ];
  for (const [url, bytes] of ceilings) {
    const payload = `"${"x".repeat(bytes - 2)}"`;
    checkRefusal(
      t,
      await registry.app.inject({ method: "POST", url, headers: json, payload }),
      "FLM_SCHEMA",
      400,
      `${url}: at the ceiling`,
    );
    checkRefusal(
      t,
      await registry.app.inject({ method: "POST", url, headers: json, payload: `${payload} ` }),
      "FLM_TOO_LARGE",
      413,
      `${url}: over it`,
    );
  }
});

t.test("addresses that are not ids lead nowhere", async (t) => {
  const { registry } = await TestRegistry.open(t);
  const ids = [
    "..%2f..%2fregistry.key",
    "%2e%2e%2fjournal.jsonl",
    "journal.jsonl",
    "registry.key",
    "lock",
    "0".repeat(63),
    "A".repeat(64),
    `${"0".repeat(64)}%00`,
    `${"0".repeat(64)}%0a`,
    "__proto__",
    "constructor",
    "%F0%9F%98%80",
  ];
  for (const id of ids) {
    for (const url of [
      packagePath(id),
      studyPath(id),
      `${studyPath(id)}/results`,
      registryPaths.offers.replace(":keyId", id),
    ]) {
      checkRefusal(t, await registry.app.inject(url), "FLM_SCHEMA", 400, url);
    }
  }
  const nowhere = [
    "/",
    "/nope",
    "/packages/../../etc/passwd",
    "/packages/%zz",
    "/packages/",
    `/packages/${"0".repeat(500)}`,
    "//health",
    "/health/",
    "/HEALTH",
    "/studies/x/y/z",
  ];
  for (const url of nowhere) {
    const answer = await registry.app.inject(url);
    t.ok([400, 404].includes(answer.statusCode), url);
    t.match(parseDocument(ErrorDocument, JSON.parse(answer.body), "error").code, /^FLM_(NOT_FOUND|SCHEMA)$/, url);
  }
  for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"] as const) {
    checkRefusal(t, await registry.app.inject({ method, url: registryPaths.packages }), "FLM_NOT_FOUND", 404, method);
  }
});

t.test("queries of wrong names or types are refused", async (t) => {
  const { registry } = await TestRegistry.open(t);
  const study = studyPath("0".repeat(64));
  const urls = [
    `${registryPaths.packages}?name=..%2f..`,
    `${registryPaths.packages}?name=a%2fb&name=c%2fd`,
    `${registryPaths.packages}?limit=1`,
    `${registryPaths.packages}?__proto__=1`,
    `${registryPaths.studies}?author=me`,
    `${study}?wait=-1`,
    `${study}?wait=soon`,
    `${study}?wait=1e400`,
    `${study}?wait=0.5`,
    `${study}?wait=0x10`,
    `${study}?wait=1e1`,
    `${study}?wait=%201`,
    `${study}?wait=`,
    `${study}?revision[]=1`,
    `${offersPath(north)}?after=-1`,
    `${offersPath(north)}?after=9007199254740993`,
    `${offersPath(north)}?wait=1&wait=2`,
  ];
  for (const url of urls) checkRefusal(t, await registry.app.inject(url), "FLM_SCHEMA", 400, url);
});

t.test("a refusal names the wrong places and repeats no value", async (t) => {
  const registry = await TestRegistry.open(t);
  const secret = "10.1.2.3";
  const { body } = await registry.post(registryPaths.nodes, {
    payloadType: "x",
    payload: secret,
    signatures: [{ keyid: secret, sig: "" }],
  });
  t.strictSame(
    body.details.map(({ at }: { at: string }) => at),
    ["/payload", "/signatures/0/keyid"],
  );
  t.notMatch(JSON.stringify(body), secret);
});

t.test("a kind, a key and a name of the object prototype are not found there", async (t) => {
  const registry = await TestRegistry.open(t);
  for (const kind of ["constructor/1", "prototype/1"]) {
    const { status } = await registry.post(registryPaths.packages, makeBundle([alice], { kind }));
    t.equal(status, 400, kind);
  }
});

t.test("what is not HTTP is answered and closed", async (t) => {
  const { registry } = await TestRegistry.open(t);
  await registry.app.listen({ host: "127.0.0.1", port: 0 });
  const address = registry.app.server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const lines = [
    "\u0016\u0003\u0001",
    "GET",
    "GET / HTTP/9.9",
    "GET /health HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
    `GET / HTTP/1.1\r\nX: ${"x".repeat(100_000)}`,
  ];
  for (const line of lines) {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(address.port, "127.0.0.1", () => socket.write(`${line}\r\n\r\n`));
      let text = "";
      socket.on("data", (chunk) => {
        text += String(chunk);
      });
      socket.on("close", () => resolve(text));
      socket.on("error", (error: NodeJS.ErrnoException) =>
        error.code === "ECONNRESET" ? resolve(text) : reject(error),
      );
    });
    const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    t.match(
      parseDocument(ErrorDocument, JSON.parse(body), "error").code,
      /^FLM_(SCHEMA|TOO_LARGE)$/,
      line.slice(0, 20),
    );
  }
  t.equal((await registry.app.inject(registryPaths.health)).statusCode, 200);
});
