// biome-ignore-all lint/suspicious/noTemplateCurlyInString: guest text that holds templates

/**
 * What a program does that has already left its isolate: it runs as the sealed worker's process. In reach of its text:
 * `node(name)` a module of Node, `send(text)` bytes to the supervisor, `won()` to say that it got through, `canary` a row
 * value, `given` what the test put there ({ port, outside, dataset }).
 */
export interface ProcessProgram {
  readonly name: string;
  readonly attack: string;
  readonly text: string;
  /** Codes of which the run must end with one. */
  readonly codes: readonly string[];
  /** A wall that this needs: without it the attack gets through, and docs/threat-model.md says so. */
  readonly needs?: "namespaces" | "bubblewrap";
}

const crashed = ["FLM_WORKER_CRASHED"];
const protocol = ["FLM_WORKER_PROTOCOL"];

const attempt = (
  name: string,
  attack: string,
  text: string,
  needs?: NonNullable<ProcessProgram["needs"]>,
): ProcessProgram => ({ name, attack, text, codes: crashed, ...(needs === undefined ? {} : { needs }) });

const breach = (name: string, attack: string, text: string): ProcessProgram => ({
  name,
  attack,
  text: `${text} for (;;) ;`,
  codes: protocol,
});

export const processPrograms: readonly ProcessProgram[] = [
  attempt(
    "connection",
    "connects to a server on this machine",
    'const s = node("net").connect(given.port, "127.0.0.1"); await new Promise((r) => { s.on("connect", () => { s.write(canary); won(); r(); }); s.on("error", r); });',
    "namespaces",
  ),
  attempt(
    "datagram",
    "sends a packet that nobody has to accept",
    'const u = node("dgram").createSocket("udp4"); await new Promise((r) => u.send(canary, given.port, "127.0.0.1", (error) => { if (!error) won(); r(); }));',
    "namespaces",
  ),
  attempt(
    "name lookup",
    "asks a name server for a name that holds a value",
    'await node("dns").promises.resolve4(`${canary}.example.org`).then(won, () => {});',
  ),
  attempt(
    "web request",
    "fetches an address that holds a value",
    "await fetch(`http://127.0.0.1:${given.port}/${canary}`).then(won, () => {});",
    "namespaces",
  ),
  attempt(
    "listening",
    "waits for somebody to connect from outside",
    'await new Promise((r) => node("net").createServer().listen(0, "0.0.0.0", r));',
  ),
  attempt("file outside", "reads a file beside the dataset", 'node("fs").readFileSync(given.outside); won();'),
  attempt(
    "file through the dataset",
    "reads outside by a path that begins inside",
    'node("fs").readFileSync(`${given.dataset}/../outside.txt`); won();',
  ),
  attempt(
    "link out of the dataset",
    "follows a symbolic link in the dataset",
    'node("fs").readFileSync(`${given.dataset}/link.txt`); won();',
  ),
  attempt("system file", "reads the users of this machine", 'node("fs").readFileSync("/etc/passwd"); won();'),
  attempt("list of processes", "looks at other processes", 'node("fs").readdirSync("/proc"); won();'),
  attempt(
    "environment of the parent",
    "reads the server's secrets",
    'node("fs").readFileSync(`/proc/${process.ppid}/environ`); won();',
  ),
  attempt(
    "own environment",
    "finds a secret that it inherited",
    'if (JSON.stringify(process.env).includes("SECRET")) won();',
  ),
  attempt(
    "write",
    "leaves a file in the dataset",
    'node("fs").writeFileSync(`${given.dataset}/left.txt`, canary); won();',
  ),
  attempt(
    "write to a temporary folder",
    "leaves a file where others look",
    'node("fs").writeFileSync("/tmp/flamenco-escape.txt", canary); won();',
  ),
  attempt("delete", "removes the data", 'node("fs").rmSync(`${given.dataset}/seen.txt`); won();'),
  attempt(
    "other program",
    "starts a shell",
    'if (node("child_process").spawnSync("/bin/sh", ["-c", "true"]).status === 0) won();',
  ),
  attempt("fork", "starts another Node without walls", 'node("child_process").fork("/dev/null"); won();'),
  attempt("addon", "loads machine code of its own", "process.dlopen({ exports: {} }, given.outside); won();"),
  attempt(
    "internal binding",
    "goes beneath Node's permissions",
    'process.binding("spawn_sync").spawn({ file: "/bin/true", args: [] }); won();',
  ),
  attempt("inspector", "opens a debugger to the outside", 'node("inspector").open(0, "0.0.0.0"); won();'),
  attempt(
    "permissions",
    "gives itself a permission",
    'process.permission.grant?.("fs.read"); if (process.permission.has("fs.write", "/tmp")) won();',
  ),
  attempt(
    "wasi",
    "reads files through WASI",
    'new (node("wasi").WASI)({ version: "preview1", preopens: { "/": "/" } }); if (process.permission.has("fs.read", "/")) won();',
  ),
  attempt(
    "descriptors",
    "writes to whatever it inherited",
    "for (let fd = 4; fd < 64; fd++) { try { node('fs').writeSync(fd, canary); } catch {} }",
  ),
  attempt(
    "signal to the server",
    "stops the process that started it",
    'process.kill(process.ppid, "SIGUSR2"); await new Promise((r) => setTimeout(r, 50));',
    "bubblewrap",
  ),
  attempt("signal to everybody", "stops all that it may", 'process.kill(-1, "SIGCONT");'),
  attempt("standard output", "prints a value", "console.log(canary); console.error(canary);"),
  attempt("exception", "ends with a value in a stack trace", "throw new Error(canary);"),
  attempt(
    "rejection",
    "ends with a value that nobody caught",
    "Promise.reject(new Error(canary)); await new Promise((r) => setTimeout(r, 50));",
  ),
  attempt("exit code", "ends with a value", "process.exit(Number(canary) % 256);"),
  attempt("abort", "dumps its memory", "process.abort();"),
  attempt("signal to itself", "dies in a way that is seen outside", 'process.kill(process.pid, "SIGSEGV"); for (;;) ;'),
  attempt("silence", "ends without a word", "process.exit(0);"),
  attempt(
    "half a message",
    "ends within a message",
    'send(`{"type":"failed","error":{"code":"FLM_INTERNAL","message":"${canary}`);',
  ),
  breach("garbage", "sends what is no message", "send(`${canary}\\n`);"),
  breach("unknown message", "sends rows as a message", 'send(`{"type":"rows","rows":[${canary}]}\\n`);'),
  breach(
    "message with more in it",
    "adds a property",
    'send(`{"type":"progress","progress":{"stage":"load","done":1,"total":1,"row":${canary}}}\\n`);',
  ),
  breach(
    "code of its own",
    "hides a value in an error code",
    'send(`{"type":"failed","error":{"code":"FLM_${canary}","message":"","details":[]}}\\n`);',
  ),
  breach(
    "stage of its own",
    "hides a value in the name of a stage",
    'send(`{"type":"progress","progress":{"stage":"${canary}","done":1,"total":1}}\\n`);',
  ),
  breach(
    "output of its own",
    "sends an output that is none",
    'send(`{"type":"outputs","rows":1,"outputs":{"rows":[${canary}]}}\\n`);',
  ),
  breach(
    "prototype in a message",
    "sends a prototype",
    'send(`{"type":"failed","__proto__":{"a":${canary}},"error":{"code":"FLM_INTERNAL","message":"","details":[]}}\\n`);',
  ),
  breach(
    "deep message",
    "overflows the stack of whoever parses it",
    'send(`${"[".repeat(100000)}${"]".repeat(100000)}\\n`);',
  ),
  breach("long line", "sends a line without end", "for (let i = 0; i < 200; i++) send(canary.repeat(50000));"),
  breach(
    "flood",
    "sends messages without end",
    'const line = `{"type":"progress","progress":{"stage":"load","done":0,"total":1}}\\n`.repeat(1000); for (let i = 0; i < 200; i++) send(line);',
  ),
  {
    name: "memory",
    attack: "takes all memory, beside every heap",
    text: "const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1));",
    codes: ["FLM_WORKER_MEMORY", "FLM_WORKER_CRASHED"],
  },
  {
    name: "loop",
    attack: "runs for ever",
    text: "for (;;) ;",
    codes: ["FLM_WORKER_DEADLINE"],
  },
];
