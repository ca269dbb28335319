import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createKey, loadKey, packPackage } from "@flamenco/client";
import { openPackage } from "@flamenco/policies/trust";
import t from "tap";
import { makeKey } from "../support/signed-documents.js";
import { description, packageFiles, source, writeFolder } from "./support/folders.js";

const key = makeKey("alice");

t.test("a packed folder opens, with a certificate for each function", async (t) => {
  const folder = await writeFolder(
    t.testdir(),
    packageFiles({ "README.md": "# Ports\n", "more/sizes.ts": source.replace("lowPort", "lowerPort") }),
  );
  const { bundle, reference } = await packPackage(folder, key);
  const opened = openPackage(bundle);
  t.strictSame(opened.reference, reference);
  t.strictSame(opened.signers, [key.keyId]);
  t.strictSame(
    opened.manifest.lfs.map(({ name, file }) => `${file}#${name}`),
    ["lfs.ts#lowPort", "more/sizes.ts#lowerPort"],
  );
  t.equal(opened.manifest.lfs[0]?.description, "Low ports answer.");
  t.strictSame(
    opened.files.map(({ path }) => path),
    ["lfs.ts", "more/sizes.ts", "readme.md"],
  );
});

t.test("the same folder and key give the same bytes", async (t) => {
  const home = t.testdir();
  const folder = await writeFolder(join(home, "package"), packageFiles());
  await createKey(home, "bob");
  const bob = await loadKey(home, "bob");
  t.strictSame((await packPackage(folder, bob)).bundle, (await packPackage(folder, bob)).bundle);
});

t.test("files for the editor and hidden files stay at home", async (t) => {
  const folder = await writeFolder(
    t.testdir(),
    packageFiles({ "flamenco-lf.d.ts": "", "tsconfig.json": "{}", ".git/config": "secret", "node_modules/x.js": "" }),
  );
  const { bundle } = await packPackage(folder, key);
  t.strictSame(
    bundle.files.map(({ path }) => path),
    ["lfs.ts"],
  );
});

t.test("what cannot be packed is refused by name, all of it at once", async (t) => {
  const folder = await writeFolder(
    t.testdir(),
    packageFiles({ "data.csv": "1,2", "Upper.ts": source, "a/b/deep.ts": source, "a.tsx": source }),
  );
  await symlink("/etc/passwd", join(folder, "passwd.ts"));
  await t.rejects(packPackage(folder, key), {
    code: "FLM_PACKAGE_FORMAT",
    details: [
      { at: "Upper.ts" },
      { at: "a/b" },
      { at: "a.tsx" },
      { at: "data.csv" },
      { at: "passwd.ts", message: "is a symbolic link" },
    ].sort((one, other) => (one.at < other.at ? -1 : 1)),
  });
});

t.test("a link to a folder, to flamenco.json or to a file outside brings nothing in", async (t) => {
  const outside = await writeFolder(join(t.testdir(), "outside"), packageFiles());
  const linkedFolder = await writeFolder(join(outside, "..", "one"), packageFiles());
  await symlink(outside, join(linkedFolder, "linked"));
  await t.rejects(packPackage(linkedFolder, key), { code: "FLM_PACKAGE_FORMAT", details: [{ at: "linked" }] });
  const linkedDescription = await writeFolder(join(outside, "..", "two"), { "lfs.ts": source });
  await symlink(join(outside, "flamenco.json"), join(linkedDescription, "flamenco.json"));
  await t.rejects(packPackage(linkedDescription, key), { code: "FLM_FILE_UNREADABLE", message: /symbolic link/ });
});

t.test("binary, huge and too many files are refused", async (t) => {
  const home = t.testdir();
  const refuse = async (name: string, files: Record<string, string | Uint8Array>, code: string) => {
    await t.rejects(packPackage(await writeFolder(join(home, name), packageFiles(files)), key), { code }, name);
  };
  await refuse("binary", { "lfs.ts": new Uint8Array([0xff, 0xfe, 0x00]) }, "FLM_PACKAGE_FORMAT");
  await refuse("not-utf-8", { "lfs.ts": new Uint8Array([0x2f, 0x2f, 0xc3, 0x28]) }, "FLM_PACKAGE_FORMAT");
  await refuse("nul", { "lfs.ts": `${source}\0` }, "FLM_PACKAGE_FORMAT");
  await refuse("huge", { "lfs.ts": `//${"x".repeat(70_000)}` }, "FLM_TOO_LARGE");
  await refuse("larger-than-the-language-allows", { "lfs.ts": `${source}//${"x".repeat(17_000)}` }, "FLM_LF_REFUSED");
  await refuse(
    "many",
    Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`f${index}.md`, ""])),
    "FLM_TOO_LARGE",
  );
  await refuse(
    "very-many",
    Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`f${index}.txt`, ""])),
    "FLM_TOO_LARGE",
  );
  await refuse("huge-description", { "flamenco.json": `{"name": "${"x".repeat(70_000)}"}` }, "FLM_TOO_LARGE");
});

t.test("a folder without flamenco.json, or without a labeling function, is not a package", async (t) => {
  const home = t.testdir();
  await t.rejects(packPackage(await writeFolder(join(home, "one"), { "lfs.ts": source }), key), {
    code: "FLM_PACKAGE_FORMAT",
    message: /lf init/,
  });
  await t.rejects(
    packPackage(await writeFolder(join(home, "two"), { "flamenco.json": JSON.stringify(description) }), key),
    { code: "FLM_PACKAGE_FORMAT" },
  );
  await t.rejects(packPackage(join(home, "three"), key), { code: "FLM_PACKAGE_FORMAT" });
  await mkdir(join(home, "four", "flamenco.json"), { recursive: true });
  await t.rejects(packPackage(join(home, "four"), key), { code: "FLM_FILE_UNREADABLE" });
});

t.test("flamenco.json is closed, and no key of it counts twice", async (t) => {
  const home = t.testdir();
  const refuse = async (name: string, text: string, message: RegExp) => {
    const folder = await writeFolder(join(home, name), packageFiles({ "flamenco.json": text }));
    await t.rejects(packPackage(folder, key), { code: "FLM_SCHEMA", message }, name);
  };
  await refuse("extra", JSON.stringify({ ...description, scripts: { postinstall: "rm -rf /" } }), /scripts/);
  await refuse("path-in-name", JSON.stringify({ ...description, name: "../ports" }), /name/);
  await refuse("twice", JSON.stringify(description).replace("{", '{"name":"mallory/ports",'), /"name" twice/);
  await refuse(
    "twice-escaped",
    JSON.stringify(description).replace("{", '{"n\\u0061me":"mallory/ports",'),
    /"name" twice/,
  );
  await refuse("twice-inside", JSON.stringify(description).replace('{"id"', '{"id":"x","id"'), /"id" twice/);
  await refuse("not-json", "{ name: 1 }", /not valid JSON/);
  const tricky = { ...description, description: '"name": "x", {[\\"]}' };
  await t.resolves(
    packPackage(
      await writeFolder(join(home, "tricky"), packageFiles({ "flamenco.json": JSON.stringify(tricky) })),
      key,
    ),
  );
});

t.test("a function that the verifier refuses is not signed; the place is named", async (t) => {
  const folder = await writeFolder(
    t.testdir(),
    packageFiles({ "lfs.ts": source.replace("flow.srcPort", "flow.srcAddr.length") }),
  );
  await t.rejects(packPackage(folder, key), { code: "FLM_LF_REFUSED", details: [{ at: /^lfs\.ts:5:\d+$/ }] });
});

t.test("two functions of one name in two files are refused", async (t) => {
  const folder = await writeFolder(t.testdir(), packageFiles({ "other.ts": source }));
  await t.rejects(packPackage(folder, key), {
    code: "FLM_LF_REFUSED",
    details: [{ message: /lowPort is exported by lfs\.ts too/ }],
  });
});

t.test("a folder that cannot be read is an error, not a crash", async (t) => {
  const home = t.testdir();
  await writeFile(join(home, "file"), "");
  await t.rejects(packPackage(join(home, "file"), key), { code: "FLM_FILE_UNREADABLE" });
});
