/** Numbers of one system call: x86-64 (`arch/x86/entry/syscalls/syscall_64.tbl`), arm64 (`asm-generic/unistd.h`). */
export type CallNumbers = readonly [x64: number, arm64: number | null];

/**
 * System calls that a worker never makes and an attacker inside it would need. A deny table, not a permit table: V8, libuv
 * and DuckDB use calls that change with the C library and the kernel, and a filter that stops them stops runs. It stands
 * behind walls that deny by default (no network, no file but the dataset's, no privilege), and takes away what would be
 * tried on those: the parts of the kernel in which escapes are found.
 */
export const deniedCalls: Readonly<Record<string, CallNumbers>> = Object.freeze({
  // Sockets of any family; also descriptors over the two that the worker inherits.
  socket: [41, 198],
  connect: [42, 203],
  accept: [43, 202],
  accept4: [288, 242],
  bind: [49, 200],
  listen: [50, 201],
  socketpair: [53, 199],
  sendto: [44, 206],
  sendmsg: [46, 211],
  sendmmsg: [307, 269],
  recvfrom: [45, 207],
  recvmsg: [47, 212],
  recvmmsg: [299, 243],
  // Other processes: the worker starts none and looks into none. `clone` is looked at by its flags.
  fork: [57, null],
  vfork: [58, null],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  kcmp: [312, 272],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  pidfd_send_signal: [424, 424],
  // Namespaces and mounts.
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  // Large parts of the kernel that a run has no use for.
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  fanotify_init: [300, 262],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // Memory and queues that other processes share.
  shmget: [29, 194],
  shmat: [30, 196],
  semget: [64, 190],
  msgget: [68, 186],
  mq_open: [240, 180],
  // The machine itself.
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  reboot: [169, 142],
  swapon: [167, 224],
  swapoff: [168, 225],
  acct: [163, 89],
  quotactl: [179, 60],
  syslog: [103, 116],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  vhangup: [153, 58],
  personality: [135, 92],
  modify_ldt: [154, null],
  ioperm: [173, null],
  iopl: [172, null],
});

/** Calls that start threads and processes. */
export const cloneCalls = Object.freeze({ clone: [56, 220], clone3: [435, 435] } as const);
