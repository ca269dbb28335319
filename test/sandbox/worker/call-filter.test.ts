import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import {
  buildCallFilter,
  cloneCalls,
  deniedCalls,
  describeWalls,
  FILTER_DESCRIPTOR,
  prepareCommand,
  sendFilter,
} from "@flamenco/sandbox/worker";
import t from "tap";
import { hostileProgram } from "../../support/hostile-job.js";
import { systemCallProgram } from "../../support/system-call.js";

t.setTimeout(300_000);

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const KILL = 0x80000000;
const audit = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

/** What the kernel would do with a call: classic BPF, executed. */
function decide(filter: Uint8Array, call: { audit: number; number: number; argument?: bigint }): number {
  const bytes = Buffer.from(filter);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number >>> 0, 0);
  data.writeUInt32LE(call.audit, 4);
  data.writeBigUInt64LE(call.argument ?? 0n, 16);
  let held = 0;
  for (let at = 0; ; at++) {
    const operand = bytes.readUInt32LE(at * 8 + 4);
    const jump = (taken: boolean) => bytes.readUInt8(at * 8 + (taken ? 2 : 3));
    const code = bytes.readUInt16LE(at * 8);
    if (code === 0x06) return operand;
    if (code === 0x20) held = data.readUInt32LE(operand);
    else if (code === 0x15) at += jump(held === operand);
    else if (code === 0x35) at += jump(held >= operand);
    else if (code === 0x45) at += jump((held & operand) !== 0);
    else throw new Error(`Instruction ${code} is not known.`);
  }
}

for (const [column, architecture] of (["x64", "arm64"] as const).entries()) {
  t.test(`the filter of ${architecture} refuses what it lists and nothing else`, async (t) => {
    const filter = buildCallFilter(architecture) as Uint8Array;
    const ask = (number: number, argument = 0n) => decide(filter, { audit: audit[architecture], number, argument });
    const listed = new Set(Object.values(deniedCalls).map((numbers) => numbers[column]));
    const clone = cloneCalls.clone[column] as number;
    for (let number = 0; number < 600; number++) {
      if (number === clone) continue;
      const expected = number === cloneCalls.clone3[column] ? ENOSYS : listed.has(number) ? EPERM : ALLOW;
      if (ask(number) !== expected) t.fail(`call ${number}`);
    }
    t.test("clone makes threads and neither processes nor namespaces", async (t) => {
      const thread = 0x3d0f00n;
      t.equal(ask(clone, thread), ALLOW);
      t.equal(ask(clone, 17n), EPERM, "a process");
      for (const flag of [0x20000n, 0x2000000n, 0x4000000n, 0x8000000n, 0x10000000n, 0x20000000n, 0x40000000n]) {
        t.equal(ask(clone, thread | flag), EPERM, `namespace ${flag.toString(16)}`);
      }
    });
    t.equal(ask(0x40000000), EPERM, "the first call of x32");
    t.equal(ask(0x40000000 + 1), EPERM);
    t.equal(ask(0xffffffff), EPERM);
    for (const other of [0x40000003, 0x40000028, audit[architecture === "x64" ? "arm64" : "x64"]]) {
      t.equal(decide(filter, { audit: other, number: 1 }), KILL, "a foreign architecture");
    }
  });
}

t.test("there is no filter for an architecture without a table", async (t) => {
  t.equal(buildCallFilter("riscv64"), null);
});

t.test("the kernel refuses the worker's place what the filter lists", async (t) => {
  const wall = (await describeWalls()).find(({ name }) => name === "system calls");
  if (wall?.state !== "up" || process.arch !== "x64") {
    t.pass("system calls", { skip: wall?.why ?? "the program is for x86-64" });
    return;
  }
  const directory = t.testdir();
  const command = await prepareCommand(hostileProgram(), directory, 1, { deadlineSeconds: 60, memoryMegabytes: 512 });
  const walls = command.arguments.slice(0, command.arguments.indexOf("--permission") - 1);

  /** The error number that one call comes to behind every wall, where the engine would be. */
  const attempt = async (name: string, number: number, argument = 0) => {
    const path = join(directory, name);
    await writeFile(path, systemCallProgram(number, argument), { mode: 0o755 });
    const child = spawn(command.file, [...walls, path], { stdio: ["ignore", "ignore", "ignore", "ignore", "pipe"] });
    sendFilter(child.stdio[FILTER_DESCRIPTOR] as Writable, command.filter);
    return new Promise<number | null>((resolve) => child.once("exit", resolve));
  };

  t.equal(await attempt("getpid", 39), 0, "an ordinary call succeeds, so the program works");
  t.equal(await attempt("close", 3, 200), 9, "and tells the kernel's error");
  const names = ["socket", "connect", "ptrace", "mount", "unshare", "setns", "bpf", "io_uring_setup", "keyctl", "fork"];
  for (const name of names) t.equal(await attempt(name, deniedCalls[name]?.[0] as number), 1, name);
  t.equal(await attempt("clone", cloneCalls.clone[0], 0x10000000), 1, "clone with CLONE_NEWUSER");
  t.equal(await attempt("clone3", cloneCalls.clone3[0]), 38, "clone3");
  t.equal(await attempt("socket-x32", 0x40000000 + 41), 1, "socket by the x32 interface");
});
