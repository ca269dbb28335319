import { verifyLfs } from "@flamenco/language";
import { openPackage, signDocument } from "@flamenco/policies/trust";
import { CatalogAnswer, PackageBundle, parseDocument, payloadTypes, registryPaths } from "@flamenco/policies/wire";
import { limits } from "@flamenco/registry";
import t from "tap";
import {
  makeBundle,
  makeCertificate,
  makeManifest,
  makeStatement,
  portFile,
  task,
} from "../../support/signed-documents.js";
import { lowPortSource, makeVerifiedBundle } from "../../support/verified-packages.js";
import { alice, bob, mallory, packagePath, TestRegistry } from "../harness.js";

const { packages } = registryPaths;

t.test("a package that is published can be found, fetched and opened", async (t) => {
  const registry = await TestRegistry.open(t);
  const bundle = makeVerifiedBundle([alice, bob]);
  const published = await registry.post(packages, bundle);
  t.equal(published.status, 201);
  t.equal(published.body.new, true);

  const { body: stored } = await registry.get(packagePath(published.body.package.id));
  t.strictSame(openPackage(parseDocument(PackageBundle, stored, "package")), openPackage(bundle));

  const catalog = await registry.read(CatalogAnswer, packages);
  t.match(catalog.packages, [
    {
      name: "alice/ports",
      version: "1.0.0",
      authorKey: alice.keyId,
      task: task.id,
      publishedAt: registry.now.toISOString(),
    },
  ]);
  t.strictSame((await registry.read(CatalogAnswer, `${packages}?name=alice%2Fports`)).packages, catalog.packages);
  t.strictSame((await registry.read(CatalogAnswer, `${packages}?name=alice%2Fother`)).packages, []);
});

t.test("the very same package again is no error, and changes nothing", async (t) => {
  const registry = await TestRegistry.open(t);
  const bundle = makeVerifiedBundle([alice]);
  const first = await registry.post(packages, bundle);
  const again = await registry.post(packages, bundle);
  t.equal(again.status, 200);
  t.strictSame(again.body, { package: first.body.package, new: false });
  t.equal((await registry.read(CatalogAnswer, packages)).packages.length, 1);
});

t.test("a published version never changes", async (t) => {
  const registry = await TestRegistry.open(t);
  const { id } = await registry.publish(alice);
  await registry.refuses("FLM_VERSION_EXISTS", packages, makeVerifiedBundle([alice], { description: "Other words." }));
  await registry.refuses(
    "FLM_VERSION_EXISTS",
    packages,
    makeVerifiedBundle([alice], {}, lowPortSource.replace("6600", "7000")),
  );
  const { body } = await registry.get(packagePath(id));
  t.equal(openPackage(body).manifest.description, "Votes by port.");
  t.not((await registry.publish(alice, { version: "1.0.1" })).id, id, "the next version is free");
});

t.test("a namespace belongs to the first key that published there", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.publish(alice);
  const thief = makeVerifiedBundle([mallory], { name: "alice/other" });
  const refusal = await registry.refuses("FLM_NAMESPACE_OWNER", packages, thief);
  t.equal(refusal.status, 403);
  t.match(refusal.body.message, alice.keyId);
  await registry.refuses(
    "FLM_NAMESPACE_OWNER",
    packages,
    makeVerifiedBundle([mallory, alice], { name: "alice/other" }),
    "co-signed by the owner, published by another",
  );
  await registry.refuses(
    "FLM_NAMESPACE_OWNER",
    packages,
    makeVerifiedBundle([mallory]),
    "the owner's own package, signed by another",
  );
  t.equal((await registry.post(packages, makeVerifiedBundle([alice, bob], { name: "alice/other" }))).status, 201);
  t.equal((await registry.post(packages, makeVerifiedBundle([mallory], { name: "mallory/other" }))).status, 201);
});

t.test("a refused package does not take its namespace", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.refuses("FLM_PACKAGE_CERTIFICATE", packages, forgeCertificate());
  t.equal((await registry.post(packages, makeVerifiedBundle([bob]))).status, 201);
});

t.test("an LF that reads an address is refused, with the place", async (t) => {
  const registry = await TestRegistry.open(t);
  const text = lowPortSource.replace("flow.srcPort <= 6600", 'flow.srcAddr === "10.1.2.3"');
  const files = [{ ...portFile, text }];
  const { status, body } = await registry.refuses("FLM_LF_REFUSED", packages, makeBundle([alice], {}, files));
  t.equal(status, 400);
  t.match(body.details[0].at, /^port\.ts:5:\d+$/);
  t.match(body.details[0].message, /FLM_LF_PRIVATE_FIELD/);
  t.strictSame((await registry.read(CatalogAnswer, packages)).packages, []);
});

/** A package whose author claims more than the verifier finds. */
function forgeCertificate(): PackageBundle {
  const files = [{ path: "port.ts", text: lowPortSource }];
  const manifest = makeManifest(files);
  const [lf] = verifyLfs({ kind: manifest.kind, labels: task.labels, files, lfs: manifest.lfs });
  if (lf === undefined) throw new Error("no LF");
  const certificate = { ...lf.certificate, operations: lf.certificate.operations + 1 };
  return makeBundle([alice], {}, files, [certificate]);
}

t.test("a certificate that the source does not yield is refused", async (t) => {
  const registry = await TestRegistry.open(t);
  await registry.refuses("FLM_PACKAGE_CERTIFICATE", packages, forgeCertificate());
});

t.test("a package is refused at the first step that it fails", async (t) => {
  const registry = await TestRegistry.open(t);
  const good = makeVerifiedBundle([alice]);
  await registry.refuses("FLM_SCHEMA", packages, {}, "not a package");
  await registry.refuses(
    "FLM_SCHEMA",
    packages,
    { ...good, files: [{ path: "../port.ts", text: "" }] },
    "a path that leads out",
  );
  await registry.refuses("FLM_UNSIGNED", packages, { ...good, envelope: { ...good.envelope, signatures: [] } });
  const [signature] = good.envelope.signatures;
  const forged = { ...good, envelope: { ...good.envelope, signatures: [{ ...signature, keyid: mallory.keyId }] } };
  await registry.refuses("FLM_SIGNATURE", packages, forged);
  await registry.refuses("FLM_DIGEST", packages, {
    ...good,
    files: good.files.map((file) => ({ ...file, text: `${file.text} ` })),
  });
  await registry.refuses("FLM_SCHEMA", packages, makeBundle([alice], { kind: "flow/9" }), "a kind that nobody knows");

  const large = { path: "large.md", text: "x".repeat(64 * 1024) };
  const files = [portFile, ...Array.from({ length: 17 }, (_, index) => ({ ...large, path: `large-${index}.md` }))];
  const tooLarge = await registry.refuses("FLM_TOO_LARGE", packages, makeBundle([alice], {}, files));
  t.match(tooLarge.body.message, String(limits.packageSourceBytes), "the ceiling is named");

  const lfs = Array.from({ length: 64 }, (_, index) => ({
    name: `lf${index}`,
    file: "port.ts",
    description: "x".repeat(2000),
  }));
  const certificates = lfs.map(({ name }) => ({
    ...makeCertificate(name),
    statistics: Array.from({ length: 256 }, () => "x".repeat(130)),
  }));
  const statement = makeStatement(makeManifest([portFile], { lfs }), certificates);
  const wordy = { envelope: signDocument(payloadTypes.package, statement, [alice]), files: [portFile] };
  t.match(
    (await registry.refuses("FLM_TOO_LARGE", packages, wordy)).body.message,
    String(limits.packageStatementCharacters),
  );
  t.strictSame((await registry.read(CatalogAnswer, packages)).packages, [], "nothing of it was kept");
});

t.test("of fifty different packages with one name and version, published at once, exactly one wins", async (t) => {
  const registry = await TestRegistry.open(t);
  const bundles = Array.from({ length: 50 }, (_, index) =>
    makeVerifiedBundle([alice], { description: `Take ${index}.` }),
  );
  const answers = await Promise.all(bundles.map((bundle) => registry.post(packages, bundle)));
  t.equal(answers.filter(({ status }) => status === 201).length, 1);
  t.equal(answers.filter(({ body }) => body.code === "FLM_VERSION_EXISTS").length, 49);
  await registry.restart();
  t.equal((await registry.read(CatalogAnswer, packages)).packages.length, 1);
});

t.test("of two keys that publish in a new namespace at once, exactly one owns it", async (t) => {
  const registry = await TestRegistry.open(t);
  const answers = await Promise.all(
    [alice, mallory].map((key, index) =>
      registry.post(packages, makeVerifiedBundle([key], { name: `shared/p-${index}` })),
    ),
  );
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 403]);
});

t.test("what is published, and who owns what, outlives a restart", async (t) => {
  const registry = await TestRegistry.open(t);
  const reference = await registry.publish(alice);
  const before = await registry.read(CatalogAnswer, packages);
  await registry.restart();
  t.strictSame(await registry.read(CatalogAnswer, packages), before);
  t.ok(openPackage((await registry.get(packagePath(reference.id))).body));
  await registry.refuses("FLM_NAMESPACE_OWNER", packages, makeVerifiedBundle([mallory], { name: "alice/other" }));
  await registry.refuses("FLM_VERSION_EXISTS", packages, makeVerifiedBundle([alice], { description: "Other words." }));
});

t.test("names of the object prototype are names like others", async (t) => {
  const registry = await TestRegistry.open(t);
  t.equal((await registry.publish(mallory, { name: "constructor/constructor" })).name, "constructor/constructor");
  await registry.refuses("FLM_NAMESPACE_OWNER", packages, makeVerifiedBundle([alice], { name: "constructor/other" }));
  t.equal(
    (await registry.post(packages, makeVerifiedBundle([alice], { name: "prototype/hasownproperty" }))).status,
    201,
  );
});

t.test("a package that is not here is named so", async (t) => {
  const registry = await TestRegistry.open(t);
  const { status, body } = await registry.get(packagePath("0".repeat(64)));
  t.equal(status, 404);
  t.equal(body.code, "FLM_PACKAGE_UNKNOWN");
});
