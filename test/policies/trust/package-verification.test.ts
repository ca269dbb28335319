import { digestOf, openPackage, signDocument } from "@flamenco/policies/trust";
import { type PackageBundle, type PackageManifest, payloadTypes, type SourceFile } from "@flamenco/policies/wire";
import t from "tap";
import {
  makeBundle,
  makeCertificate,
  makeKey,
  makeManifest,
  makeStatement,
  portFile,
  task,
} from "../../support/signed-documents.js";

const alice = makeKey("alice");
const bob = makeKey("bob");
const certificate = makeCertificate("lowPort");
const readme: SourceFile = { path: "readme.md", text: "# Ports\n" };

/** A package with a true signature over any statement. */
const signStatement = (statement: unknown, files: SourceFile[] = [portFile]): PackageBundle => ({
  envelope: signDocument(payloadTypes.package, statement, [alice]),
  files,
});

t.test("a package that nobody touched opens", (t) => {
  const opened = openPackage(makeBundle([alice, bob]));
  t.strictSame(opened.reference, { name: "alice/ports", version: "1.0.0", id: digestOf(makeManifest([portFile])) });
  t.strictSame(opened.signers, [alice.keyId, bob.keyId]);
  t.strictSame(opened.files, [portFile]);
  t.strictSame(opened.certificates, [certificate]);
  t.end();
});

t.test("files that differ from what was signed are refused", (t) => {
  const good = makeBundle([alice], {}, [portFile, readme]);
  const changed: [attack: string, code: string, files: unknown][] = [
    ["one character changed", "FLM_DIGEST", [{ ...portFile, text: portFile.text.replace("6600", "6601") }, readme]],
    ["a line more", "FLM_DIGEST", [{ ...portFile, text: `${portFile.text}\n` }, readme]],
    ["emptied", "FLM_DIGEST", [{ ...portFile, text: "" }, readme]],
    [
      "two files swapped",
      "FLM_DIGEST",
      [
        { ...portFile, text: readme.text },
        { ...readme, text: portFile.text },
      ],
    ],
    ["a file missing", "FLM_PACKAGE_FORMAT", [portFile]],
    ["a file more", "FLM_PACKAGE_FORMAT", [portFile, readme, { path: "more.ts", text: "" }]],
    ["a file twice", "FLM_PACKAGE_FORMAT", [portFile, portFile]],
    ["a file renamed", "FLM_PACKAGE_FORMAT", [portFile, { ...readme, path: "other.md" }]],
    ["no files", "FLM_SCHEMA", []],
    ["a path out of the package", "FLM_SCHEMA", [portFile, { ...readme, path: "../readme.md" }]],
    ["an absolute path", "FLM_SCHEMA", [portFile, { ...readme, path: "/readme.md" }]],
    ["a path two folders deep", "FLM_SCHEMA", [portFile, { ...readme, path: "a/b/readme.md" }]],
    ["a hidden file", "FLM_SCHEMA", [portFile, { ...readme, path: ".readme.md" }]],
    ["a script", "FLM_SCHEMA", [portFile, { ...readme, path: "readme.js" }]],
  ];
  t.ok(openPackage(good));
  for (const [attack, code, files] of changed) t.throws(() => openPackage({ ...good, files }), { code }, attack);
  t.end();
});

t.test("text that is not Unicode does not pass for the text with the same bytes", (t) => {
  const replaced: SourceFile = { path: "readme.md", text: "\ufffd" };
  const good = makeBundle([alice], {}, [portFile, replaced]);
  t.ok(openPackage(good));
  t.throws(() => openPackage({ ...good, files: [portFile, { ...replaced, text: "\ud800" }] }), { code: "FLM_DIGEST" });
  t.end();
});

t.test("a byte-order mark is a byte like others", (t) => {
  const marked: SourceFile = { path: "readme.md", text: "\ufeff# Ports" };
  const good = makeBundle([alice], {}, [portFile, marked]);
  t.ok(openPackage(good));
  t.throws(() => openPackage({ ...good, files: [portFile, { ...marked, text: "# Ports" }] }), { code: "FLM_DIGEST" });
  t.end();
});

t.test("signed statements that contradict themselves are refused", (t) => {
  const manifest = makeManifest([portFile]);
  const good = makeStatement(manifest, [certificate]);
  const [lf] = manifest.lfs;
  const [file] = manifest.files;
  if (lf === undefined || file === undefined) throw new Error("empty manifest");
  const about = (overrides: Partial<PackageManifest>, certificates = [certificate]) =>
    makeStatement({ ...manifest, ...overrides }, certificates);
  const wrong: [attack: string, code: string, statement: unknown][] = [
    [
      "a subject with another digest",
      "FLM_PACKAGE_FORMAT",
      { ...good, subject: [{ ...good.subject[0], digest: { sha256: "0".repeat(64) } }] },
    ],
    [
      "a subject with another name",
      "FLM_PACKAGE_FORMAT",
      { ...good, subject: [{ ...good.subject[0], name: "bob/ports@1.0.0" }] },
    ],
    ["two subjects", "FLM_SCHEMA", { ...good, subject: [good.subject[0], good.subject[0]] }],
    ["no subject", "FLM_SCHEMA", { ...good, subject: [] }],
    ["another predicate", "FLM_SCHEMA", { ...good, predicateType: "https://slsa.dev/provenance/v1" }],
    ["another statement", "FLM_SCHEMA", { ...good, _type: "https://in-toto.io/Statement/v0.1" }],
    ["a positive label that is none", "FLM_PACKAGE_FORMAT", about({ task: { ...task, positive: "odd" } })],
    ["a label twice", "FLM_SCHEMA", about({ task: { ...task, labels: ["benign", "benign"] } })],
    ["an LF in a file that is not there", "FLM_PACKAGE_FORMAT", about({ lfs: [{ ...lf, file: "other.ts" }] })],
    ["two LFs of one name", "FLM_PACKAGE_FORMAT", about({ lfs: [lf, lf] }, [certificate, certificate])],
    ["no certificate", "FLM_SCHEMA", about({}, [])],
    ["a certificate more", "FLM_PACKAGE_FORMAT", about({}, [certificate, certificate])],
    ["a certificate of another LF", "FLM_PACKAGE_FORMAT", about({}, [makeCertificate("other")])],
    ["a certificate that admits state", "FLM_SCHEMA", about({}, [{ ...certificate, stateless: false } as never])],
    ["a file listed twice", "FLM_PACKAGE_FORMAT", about({ files: [file, file] })],
    ["a file of another size", "FLM_DIGEST", about({ files: [{ ...file, bytes: file.bytes + 1 }] })],
    ["a version that is none", "FLM_SCHEMA", about({ version: "1.0" })],
    ["a name without namespace", "FLM_SCHEMA", about({ name: "ports" })],
    ["a name that is a path", "FLM_SCHEMA", about({ name: "../../ports" })],
    ["an unknown property", "FLM_SCHEMA", about({ readme: "x" } as never)],
  ];
  t.ok(openPackage(signStatement(good)));
  for (const [attack, code, statement] of wrong)
    t.throws(() => openPackage(signStatement(statement)), { code }, attack);
  t.end();
});

t.test("a package without signature, or with that of another statement, is refused", (t) => {
  const good = makeBundle([alice]);
  const other = makeBundle([alice], { version: "1.0.1" });
  t.throws(() => openPackage({ ...good, envelope: { ...good.envelope, signatures: [] } }), { code: "FLM_UNSIGNED" });
  t.throws(() => openPackage({ ...good, envelope: { ...good.envelope, signatures: other.envelope.signatures } }), {
    code: "FLM_SIGNATURE",
  });
  t.throws(() => openPackage({ ...good, envelope: { ...good.envelope, payload: other.envelope.payload } }), {
    code: "FLM_SIGNATURE",
  });
  t.throws(() => openPackage({ ...good, extra: 1 }), { code: "FLM_SCHEMA" });
  t.end();
});
