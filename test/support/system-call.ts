/**
 * A program that makes one system call with zero arguments but the first, and ends with its error number as exit code (0
 * for success): a static ELF file for x86-64 of one page, so that it runs behind any wall, needs no compiler, and nothing
 * of a language's runtime is between the test and the kernel.
 */
export function systemCallProgram(number: number, firstArgument = 0): Buffer {
  const base = 0x400000;
  const header = 64 + 56;
  const code = [
    ...[0xb8, ...word(number)], // mov eax, number
    ...[0xbf, ...word(firstArgument)], // mov edi, firstArgument
    ...[0x31, 0xf6, 0x31, 0xd2, 0x4d, 0x31, 0xd2], // xor esi, esi; xor edx, edx; xor r10, r10
    ...[0x4d, 0x31, 0xc0, 0x4d, 0x31, 0xc9], // xor r8, r8; xor r9, r9
    ...[0x0f, 0x05], // syscall
    ...[0x31, 0xff, 0x85, 0xc0, 0x79, 0x04], // xor edi, edi; test eax, eax; jns +4
    ...[0xf7, 0xd8, 0x89, 0xc7], // neg eax; mov edi, eax
    ...[0xb8, ...word(231), 0x0f, 0x05], // exit_group(edi)
  ];
  const file = Buffer.alloc(header + code.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16); // executable
  file.writeUInt16LE(62, 18); // x86-64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(base + header), 24); // entry
  file.writeBigUInt64LE(64n, 32); // program headers
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // load
  file.writeUInt32LE(5, 68); // read, execute
  file.writeBigUInt64LE(BigInt(base), 80);
  file.writeBigUInt64LE(BigInt(base), 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(4096n, 112);
  file.set(code, header);
  return file;
}

function word(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return [...bytes];
}
