// The import rule of the architecture, checked: policies <- sandbox <- { registry, server, client }; no cycles; only declared
// dependencies; native modules named in one place each. See docs/map.md.
const workspaceFolders = "^(policies|sandbox|registry|server|client)/";
const built = "(^|/)(dist|node_modules)/";

const rules = [
  { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
  {
    name: "declared-only",
    comment:
      "A workspace may import only what its own package.json declares: hoisting hides the rest. Between workspaces the rules below say who may import whom.",
    severity: "error",
    from: { path: workspaceFolders },
    to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown", "undetermined"], pathNot: workspaceFolders },
  },
  {
    name: "no-dev-dependencies",
    severity: "error",
    from: { path: workspaceFolders },
    to: { dependencyTypes: ["npm-dev"] },
  },
  { name: "resolvable", severity: "error", from: { path: workspaceFolders }, to: { couldNotResolve: true } },
  {
    name: "policies-imports-nothing",
    severity: "error",
    from: { path: "^policies/" },
    to: { path: "^(sandbox|registry|server|client)/" },
  },
  {
    name: "policies-is-pure",
    comment: "No I/O, no clock, no randomness of its own: of Node's modules only crypto, for SHA-256.",
    severity: "error",
    from: { path: "^policies/" },
    to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" },
  },
  {
    name: "language-is-plain",
    comment: "The language runs anywhere: no Node module, and of ours only policies.",
    severity: "error",
    from: { path: "^sandbox/language/" },
    to: { path: "^(sandbox/(?!language/)|registry/|server/|client/)" },
  },
  {
    name: "language-does-no-io",
    severity: "error",
    from: { path: "^sandbox/language/" },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "sandbox-imports-down",
    severity: "error",
    from: { path: "^sandbox/" },
    to: { path: "^(registry|server|client)/" },
  },
  {
    name: "registry-imports-language-only",
    severity: "error",
    from: { path: "^registry/" },
    to: { path: "^(sandbox/(?!language/)|server/|client/)" },
  },
  {
    name: "client-imports-language-only",
    severity: "error",
    from: { path: "^client/" },
    to: { path: "^(sandbox/(?!language/)|registry/|server/)" },
  },
  { name: "server-imports-down", severity: "error", from: { path: "^server/" }, to: { path: "^(registry|client)/" } },
  {
    name: "isolated-vm-in-isolate-only",
    severity: "error",
    from: { path: workspaceFolders, pathNot: "^sandbox/isolate/" },
    to: { path: "(^|/)node_modules/isolated-vm/|^isolated-vm$" },
  },
  {
    name: "duckdb-in-columns-and-import-only",
    severity: "error",
    from: { path: workspaceFolders, pathNot: "^(sandbox/columns|server/import)/" },
    to: { path: "(^|/)node_modules/@duckdb/|^@duckdb/" },
  },
  {
    name: "typescript-in-language-only",
    severity: "error",
    from: { path: workspaceFolders, pathNot: "^sandbox/language/" },
    to: { path: "(^|/)node_modules/typescript/|^typescript$" },
  },
  {
    name: "folders-have-one-door",
    comment: "Inside a workspace another folder is entered through its index.ts.",
    severity: "error",
    from: { path: "^(policies|sandbox|registry|server|client)/([^/]+)/" },
    to: {
      path: "^$1/([^/]+)/.+",
      pathNot: ["^$1/$2/", "^$1/[^/]+/index\\.ts$", "^sandbox/language/", "/node_modules/"],
    },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  // Another workspace is reached through its compiled files, which are looked at but never followed or judged themselves.
  forbidden: rules.map((rule) => ({
    ...rule,
    from: { ...rule.from, pathNot: [built, rule.from.pathNot ?? []].flat() },
  })),
  options: {
    doNotFollow: { path: built },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "default"],
    },
  },
};
