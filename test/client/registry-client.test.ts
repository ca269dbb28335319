import { join } from "node:path";
import { createKey, loadKey, packPackage, RegistryClient } from "@flamenco/client";
import { signDocument } from "@flamenco/policies/trust";
import { payloadTypes } from "@flamenco/policies/wire";
import t from "tap";
import { makeAnnouncement, makeKey } from "../support/signed-documents.js";
import { packageFiles, writeFolder } from "./support/folders.js";
import { startRegistry } from "./support/real-registry.js";
import { answerWith, startRogueServer } from "./support/rogue-server.js";
import { openScriptedNode } from "./support/scripted-node.js";

t.test("a package that was published is listed and comes back whole", async (t) => {
  const home = t.testdir();
  const server = await startRegistry(home);
  t.teardown(server.close);
  await createKey(home, "alice");
  const packed = await packPackage(
    await writeFolder(join(home, "package"), packageFiles()),
    await loadKey(home, "alice"),
  );
  const registry = new RegistryClient({ url: server.url });
  t.match(await registry.health(), { service: "registry" });
  t.strictSame(await registry.publish(packed.bundle), { package: packed.reference, new: true });
  t.strictSame(await registry.publish(packed.bundle), { package: packed.reference, new: false });
  t.match(await registry.listPackages(), [{ name: "alice/ports", version: "1.0.0" }]);
  t.strictSame(await registry.listPackages("alice/other"), []);
  t.strictSame((await registry.fetchPackage(packed.reference)).manifest, packed.manifest);
  await t.rejects(registry.fetchPackage({ ...packed.reference, id: "0".repeat(64) }), { code: "FLM_PACKAGE_UNKNOWN" });
});

t.test("nodes are listed with what they announced", async (t) => {
  const server = await startRegistry(t.testdir());
  t.teardown(server.close);
  const node = makeKey("north");
  t.ok((await openScriptedNode(server.url, node).announce()) < 300);
  t.match(await new RegistryClient({ url: server.url }).listNodes(), [{ name: "north", keyId: node.keyId }]);
});

t.test("a registry that is away is one error that says so", async (t) => {
  const server = await startRogueServer(answerWith({}));
  await server.close();
  await t.rejects(new RegistryClient({ url: server.url }).listPackages(), {
    code: "FLM_REGISTRY_UNREACHABLE",
    message: /nothing listens/,
  });
  await t.rejects(new RegistryClient({ url: "http://no-such-host.invalid" }).health(), {
    code: "FLM_REGISTRY_UNREACHABLE",
  });
});

t.test("addresses that are none, or carry more than an address, are refused", async (t) => {
  for (const url of [
    "",
    "localhost:7610",
    "file:///etc/passwd",
    "http://user:secret@host",
    "http://host/?x=1",
    "http://host/#x",
  ]) {
    t.throws(() => new RegistryClient({ url }), { code: "FLM_USAGE" }, url);
  }
  t.equal(new RegistryClient({ url: "http://host:1/flamenco/" }).url, "http://host:1/flamenco");
});

t.test("a registry that never answers is given up", async (t) => {
  const server = await startRogueServer(() => undefined);
  t.teardown(server.close);
  await t.rejects(new RegistryClient({ url: server.url, timeoutMs: 50 }).health(), {
    code: "FLM_REGISTRY_UNREACHABLE",
    message: /no answer within/,
  });
});

t.test("a registry that drips its answer forever is given up", async (t) => {
  const server = await startRogueServer((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(" "), 5);
    response.on("close", () => clearInterval(drip));
  });
  t.teardown(server.close);
  await t.rejects(new RegistryClient({ url: server.url, timeoutMs: 80 }).health(), {
    code: "FLM_REGISTRY_UNREACHABLE",
  });
});

t.test("an answer without end is cut off", async (t) => {
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  const server = await startRogueServer((_request, response) => {
    response.writeHead(200);
    const pump = () => {
      while (response.write(chunk)) if (response.destroyed) return;
      response.once("drain", pump);
    };
    pump();
  });
  t.teardown(server.close);
  await t.rejects(new RegistryClient({ url: server.url }).health(), {
    code: "FLM_REGISTRY_ANSWER",
    message: /larger than/,
  });
});

t.test("answers of something else than a registry are not believed", async (t) => {
  const cases: [string, unknown, number][] = [
    ["wrong shape", { packages: [{ name: "x" }] }, 200],
    ["extra property", { packages: [], motd: "hello" }, 200],
    ["an array", [], 200],
    ["failure without a reason", { oops: true }, 500],
  ];
  for (const [name, body, status] of cases) {
    const server = await startRogueServer(answerWith(body, status));
    await t.rejects(new RegistryClient({ url: server.url }).listPackages(), { code: "FLM_REGISTRY_ANSWER" }, name);
    await server.close();
  }
  const html = await startRogueServer((_request, response) => void response.end("<html>"));
  t.teardown(html.close);
  await t.rejects(new RegistryClient({ url: html.url }).listPackages(), {
    code: "FLM_REGISTRY_ANSWER",
    message: /not JSON/,
  });
});

t.test("a refusal keeps its code and details; an unknown code is kept in the message", async (t) => {
  const details = [{ at: "lfs.ts:1:1", message: "no" }];
  const known = await startRogueServer(answerWith({ code: "FLM_LF_REFUSED", message: "Refused.", details }, 400));
  t.teardown(known.close);
  await t.rejects(new RegistryClient({ url: known.url }).health(), {
    code: "FLM_LF_REFUSED",
    message: "Refused.",
    details,
  });
  const newer = await startRogueServer(
    answerWith({ code: "FLM_FROM_THE_FUTURE", message: "Later.", details: [] }, 418),
  );
  t.teardown(newer.close);
  await t.rejects(new RegistryClient({ url: newer.url }).health(), {
    code: "FLM_REGISTRY_ANSWER",
    message: "FLM_FROM_THE_FUTURE: Later.",
  });
});

t.test("a redirect is not followed", async (t) => {
  let followed = false;
  const target = await startRogueServer((_request, response) => {
    followed = true;
    response.end("{}");
  });
  t.teardown(target.close);
  const server = await startRogueServer(
    (_request, response) => void response.writeHead(307, { location: target.url }).end(),
  );
  t.teardown(server.close);
  await t.rejects(
    new RegistryClient({ url: server.url }).submitStudy(signDocument(payloadTypes.study, {}, [makeKey("alice")])),
    {
      code: "FLM_REGISTRY_UNREACHABLE",
    },
  );
  t.notOk(followed);
});

t.test("a request whose connection breaks is sent once more", async (t) => {
  let requests = 0;
  const server = await startRogueServer((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.destroy();
    else response.end(JSON.stringify({ service: "registry", name: "registry", software: "test/1" }));
  });
  t.teardown(server.close);
  t.match(await new RegistryClient({ url: server.url }).health(), { name: "registry" });
  t.equal(requests, 2);
});

t.test("a registry cannot pass another package for the one that was asked for", async (t) => {
  const home = t.testdir();
  const key = makeKey("alice");
  const wanted = await packPackage(await writeFolder(join(home, "one"), packageFiles()), key);
  const other = await packPackage(await writeFolder(join(home, "two"), packageFiles({}, { version: "2.0.0" })), key);
  const server = await startRogueServer(answerWith(other.bundle));
  t.teardown(server.close);
  await t.rejects(new RegistryClient({ url: server.url }).fetchPackage(wanted.reference), {
    code: "FLM_REGISTRY_ANSWER",
    message: /another package/,
  });
});

t.test("a registry cannot announce a node with a key that did not sign", async (t) => {
  const [north, mallory] = [makeKey("north"), makeKey("mallory")];
  const forged = signDocument(payloadTypes.node, makeAnnouncement(north, new Date()), [mallory]);
  const server = await startRogueServer(answerWith({ nodes: [forged] }));
  t.teardown(server.close);
  await t.rejects(new RegistryClient({ url: server.url }).listNodes(), { code: "FLM_SIGNATURE" });
});
