import { cloneCalls, deniedCalls } from "./system-calls.js";

/** Instructions of classic BPF that the filter needs: linux/bpf_common.h. */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;

/** Offsets in `struct seccomp_data`: linux/seccomp.h. Both architectures are little-endian: an argument's low word is first. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

/** What the kernel does with a call: linux/seccomp.h. */
const KILL_PROCESS = 0x80000000;
const ALLOW = 0x7fff0000;
const FAIL = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

/** Flags of `clone`: linux/sched.h. */
const CLONE_THREAD = 0x00010000;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NAMESPACES = 0x7e020000;

/** Numbers from here on are those of the x32 interface, by which every call could be made under another number. */
const X32_BIT = 0x40000000;

interface Architecture {
  /** `AUDIT_ARCH_*`: linux/audit.h. */
  readonly audit: number;
  /** Index into `CallNumbers`. */
  readonly column: 0 | 1;
}

const architectures: Readonly<Record<string, Architecture>> = Object.freeze({
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
});

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];

/**
 * The worker's system-call filter as bytes of classic BPF, in this machine's order (seccomp(2)): denied calls fail with
 * EPERM, a call of another architecture kills the process, `clone` makes threads alone, and `clone3`, whose flags a filter
 * cannot read, is said not to exist, after which the C library uses `clone`.
 * @param architecture as `process.arch`
 * @returns null for an architecture without a table
 */
export function buildCallFilter(architecture: string): Uint8Array | null {
  const known = architectures[architecture];
  if (known === undefined) return null;
  const denied = Object.values(deniedCalls).flatMap((numbers) => numbers[known.column] ?? []);
  const head: Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, known.audit],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, NUMBER],
  ];
  const tail: Instruction[] = [
    [JUMP_EQUAL, 0, 1, cloneCalls.clone3[known.column]],
    [RETURN, 0, 0, FAIL | ENOSYS],
    [JUMP_EQUAL, 0, 3, cloneCalls.clone[known.column]],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [JUMP_ANY_BIT, 0, 2, CLONE_THREAD],
    [JUMP_ANY_BIT, 1, 0, CLONE_NAMESPACES],
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, FAIL | EPERM],
  ];
  // Each denied call jumps to the last instruction; on arm64 no number reaches the bit of x32.
  const tests: (readonly [number, number])[] = [
    [JUMP_AT_LEAST, X32_BIT],
    ...denied.map((number) => [JUMP_EQUAL, number] as const),
  ];
  const middle = tests.map(
    ([code, operand], index): Instruction => [code, tests.length - 1 - index + tail.length - 1, 0, operand],
  );
  return encode([...head, ...middle, ...tail]);
}

/** `struct sock_filter` is 8 bytes: code, two jumps of a byte each (so no jump is longer than 255), operand. */
function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, operand]] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  }
  return bytes;
}
