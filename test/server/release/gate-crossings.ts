import { fsyncSync, openSync, writeSync } from "node:fs";
import type { BudgetLedger, Database, GatePorts, ProtectedRequest } from "@flamenco/server";
import type { LogFiles } from "@flamenco/server/audit";

/** Where in a crossing the process is killed: `within` leaves half of what an append was to write. */
export type Side = "before" | "within" | "after";

/** A place of the gate at which the process is killed. */
export interface Kill {
  readonly at: string;
  readonly side: Side;
}

/** Now, whatever runs, as the machine's own `kill -9`: nothing of this process runs after it. */
function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** A file to which lines are added that outlive the process. */
export function openJournal(path: string): (line: string) => void {
  const file = openSync(path, "a", 0o600);
  return (line) => {
    writeSync(file, `${line}\n`);
    fsyncSync(file);
  };
}

/**
 * Everything that the gate does to the world, by name and in order; the process is killed at one of them. A call of a port
 * is named after it and what it is about (`drawOnce votes`); what that call does to the disk or to the entropy stands behind
 * it (`drawOnce votes: INSERT draws`). A name that comes again has its number (`readReservation #2`).
 */
export class Crossings {
  /** Beginnings and ends: `before NAME`, `after NAME`. */
  readonly events: string[] = [];
  readonly #kill: Kill | undefined;
  readonly #times = new Map<string, number>();
  #port = "";
  #isOn = false;

  constructor(kill: Kill | undefined) {
    this.#kill = kill;
  }

  /** What the process does before this, to come up, is no part of the gate. */
  begin(): void {
    this.#isOn = true;
  }

  async port<T>(name: string, work: () => Promise<T>): Promise<T> {
    const outer = this.#port;
    return this.cross(name, async () => {
      this.#port = name;
      try {
        return await work();
      } finally {
        this.#port = outer;
      }
    });
  }

  async cross<T>(name: string, work: () => Promise<T>, half: () => Promise<void> = async () => {}): Promise<T> {
    if (!this.#isOn) return work();
    const label = this.#enter(name);
    if (this.#kill?.at === label && this.#kill.side === "within") {
      await half();
      die();
    }
    const value = await work();
    this.#pass(label, "after");
    return value;
  }

  /** As `cross`, of what takes no time. */
  crossAtOnce<T>(name: string, work: () => T): T {
    if (!this.#isOn) return work();
    const label = this.#enter(name);
    const value = work();
    this.#pass(label, "after");
    return value;
  }

  /** Name of what happens inside the call of a port. */
  inside(name: string): string {
    return `${this.#port}: ${name}`;
  }

  #enter(name: string): string {
    const times = (this.#times.get(name) ?? 0) + 1;
    this.#times.set(name, times);
    const label = times === 1 ? name : `${name} #${times}`;
    this.#pass(label, "before");
    return label;
  }

  #pass(label: string, side: "before" | "after"): void {
    this.events.push(`${side} ${label}`);
    if (this.#kill?.at === label && this.#kill.side === side) die();
  }
}

/** The database, whose transactions and writing statements are crossings. What only reads leaves nothing behind. */
export function crossDatabase(crossings: Crossings, database: Database): Database {
  const cross = (query: Database["query"]): Database["query"] => {
    return (sql, values) => {
      const [, verb, table] = /^\s*(?:(INSERT|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+)?(\w+))?/.exec(sql) ?? [];
      if (verb === undefined && /^\s*SELECT\b/.test(sql)) return query(sql, values);
      return crossings.cross(crossings.inside(`${verb ?? sql} ${table ?? ""}`), () => query(sql, values));
    };
  };
  return {
    ...database,
    query: cross((sql, values) => database.query(sql, values)),
    transaction: (work) =>
      crossings.cross(crossings.inside("transaction"), () =>
        database.transaction((transaction) => work({ query: cross((sql, values) => transaction.query(sql, values)) })),
      ),
  };
}

/** Files of the audit log, whose every write is a crossing. */
export function crossFiles(crossings: Crossings, files: LogFiles): LogFiles {
  const name = (verb: string, path: string) => crossings.inside(`${verb} ${path.replace(/^.*[./]/, "")}`);
  return {
    read: (path, maximum) => files.read(path, maximum),
    append: (path, bytes) =>
      crossings.cross(
        name("append", path),
        () => files.append(path, bytes),
        () => files.append(path, bytes.subarray(0, bytes.length >> 1)),
      ),
    cut: (path, bytes) => crossings.cross(name("cut", path), () => files.cut(path, bytes)),
    replace: (path, bytes) => crossings.cross(name("replace", path), () => files.replace(path, bytes)),
    move: (from, to) => crossings.cross(name("move", to), () => files.move(from, to)),
  };
}

/**
 * The gate's ports, every call of which is a crossing: also of those that a later gate may have.
 * @param onDraw told of every draw before its first random byte is read, and of random bytes that no draw asked for
 */
export function crossPorts(
  crossings: Crossings,
  ports: GatePorts,
  subjectOf: (request: string) => string,
  onDraw: (what: string) => void,
): GatePorts {
  let drawing: { read: boolean } | undefined;
  const nameOf = (method: string, values: readonly unknown[]): string => {
    const [first, second] = values;
    const request = typeof first === "object" && first !== null && "request" in first ? first.request : first;
    const subject = typeof request === "string" && method !== "inTurn" ? subjectOf(request) : "";
    const part = typeof second === "string" && second !== "catalogue" ? second : "";
    return [method, method === "reserve" ? "" : subject, method === "keepRelease" ? "" : part]
      .filter(Boolean)
      .join(" ");
  };
  /** Noise is drawn by what `drawOnce` is given. */
  const drawNamed = (name: string, draw: () => unknown) => () => {
    onDraw(name);
    drawing = { read: false };
    try {
      return crossings.crossAtOnce(crossings.inside("draw"), draw);
    } finally {
      drawing = undefined;
    }
  };
  const bytes: GatePorts["bytes"] = (count) => {
    if (drawing === undefined) onDraw("outside of a draw");
    if (drawing?.read === true) return ports.bytes(count);
    // How often a draw reads depends on what it reads: the first time stands for all.
    if (drawing !== undefined) drawing.read = true;
    return crossings.crossAtOnce(crossings.inside("bytes"), () => ports.bytes(count));
  };
  const crossCalls = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (_, property) => {
        const found: unknown = Reflect.get(target, property);
        if (typeof found !== "function" || typeof property !== "string") return found;
        return (...values: unknown[]) => {
          const name = nameOf(property, values);
          const given = values.map((value) =>
            property === "drawOnce" && typeof value === "function" ? drawNamed(name, value as () => unknown) : value,
          );
          return crossings.port(name, async () => found.apply(target, given));
        };
      },
    });
  const ledger: BudgetLedger = crossCalls(ports.ledger);
  const key = new Proxy(ports.key, {
    get: (target, property) => {
      const read = () => Reflect.get(target, property);
      return property === "secretKey" ? crossings.crossAtOnce("secretKey", read) : read();
    },
  });
  const calls = crossCalls(ports);
  return new Proxy(ports, {
    get: (_, property) => {
      const replaced = { ledger, key, bytes } as Record<string | symbol, unknown>;
      return replaced[property] ?? Reflect.get(calls, property);
    },
  });
}

/** What a request is about: nothing for the study's own, the column for one of the catalogue. */
export const describeSubjects =
  ({ digest, catalogue }: ProtectedRequest) =>
  (request: string): string =>
    request === digest ? "" : (catalogue?.columns.find((column) => column.digest === request)?.column ?? request);
