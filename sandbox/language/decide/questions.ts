import type { DatasetStatistics } from "@flamenco/policies/wire";
import type { NodeId, NodePool } from "../ir/index.js";
import { FactReasoner, subjectOf } from "./facts.js";
import { addFact, addLack, isLacking, type Knowledge, nothingKnown } from "./knowledge.js";
import { type Loads, LoadTable } from "./loads.js";
import { BoundOrder } from "./order.js";
import { StatisticResolver } from "./resolve.js";

export type Answer = boolean | "missing";

/** One predicate that is asked in a tree. */
export interface Question {
  readonly predicate: NodeId;
  /** The predicate with statistics resolved where they are known; facts are about this one. */
  readonly resolved: NodeId;
  readonly loads: Loads;
  /** Bits of its subject and its loads: an answer changes only questions that share one. */
  readonly bits: bigint;
  /** Order in which questions are asked, smallest first. */
  readonly rank: number;
}

/** The predicates of a set of LFs, and what answers say of one another. */
export class QuestionBook {
  /** What is known before any question: which statistics are there. */
  readonly initial: Knowledge;
  readonly #pool: NodePool;
  readonly #reasoner: FactReasoner;
  readonly #bits = new Map<string, bigint>();
  readonly #questions = new Map<NodeId, Question>();

  /** @param predicates in the order in which they are to be asked. */
  constructor(pool: NodePool, predicates: readonly NodeId[], statistics: DatasetStatistics | undefined) {
    this.#pool = pool;
    this.#reasoner = new FactReasoner(pool, new BoundOrder(pool));
    const table = new LoadTable(pool);
    const resolver = new StatisticResolver(pool, statistics, table);
    for (const [rank, predicate] of predicates.entries()) {
      const loads = table.of(predicate);
      const resolved = resolver.resolve(predicate);
      const bits = loads.values.reduce((sum, load) => sum | this.#loadBit(load), this.#subjectBit(resolved));
      this.#questions.set(predicate, { predicate, resolved, loads, bits, rank });
    }
    this.initial = resolver.known(nothingKnown);
  }

  of(predicate: NodeId): Question {
    const question = this.#questions.get(predicate);
    if (question === undefined) throw new RangeError(`The predicate ${predicate} has no rank.`);
    return question;
  }

  /** Bits of every question. */
  get allBits(): bigint {
    return [...this.#bits.values()].reduce((sum, bit) => sum | bit, 0n);
  }

  /** True when no row of which so much is known lacks a value that the question reads. */
  neverMissing({ loads }: Question, { present }: Knowledge): boolean {
    return loads.complete && loads.values.every((load) => present.includes(load));
  }

  /** The only answer that is possible, or undefined. */
  answer({ resolved, loads, predicate }: Question, known: Knowledge): Answer | undefined {
    if (isLacking(known, loads.values)) return "missing";
    const node = this.#pool.at(resolved);
    if (node.kind === "boolean") return this.neverMissing(this.of(predicate), known) ? node.value : undefined;
    const subject = subjectOf(node, resolved);
    const facts = known.facts.filter((fact) => this.#subjectOf(fact.predicate) === subject);
    return this.#reasoner.implied(resolved, facts);
  }

  /** What is known after an answer, and the bits of the questions that it may have settled. */
  learn(
    { resolved, loads, bits }: Question,
    answer: Answer,
    known: Knowledge,
  ): { readonly known: Knowledge; readonly touched: bigint } {
    if (answer === "missing") return { known: loads.complete ? addLack(known, loads.values) : known, touched: bits };
    // Groups that become smaller may now tell that something is missing.
    const shrunk = known.lacking.filter((group) => group.some((load) => loads.values.includes(load))).flat();
    const touched = shrunk.reduce((sum, load) => sum | this.#loadBit(load), bits);
    return { known: addFact(known, { predicate: resolved, answer }, loads.values), touched };
  }

  /** The part of what is known that can matter to questions with these bits. */
  relevant({ facts, present, lacking }: Knowledge, bits: bigint): Knowledge {
    const reads = (load: number): boolean => (bits & this.#loadBit(load)) !== 0n;
    return {
      facts: facts.filter(({ predicate }) => (bits & this.#subjectBit(predicate)) !== 0n),
      present: present.filter(reads),
      lacking: lacking.filter((group) => group.every(reads)),
    };
  }

  #subjectOf(predicate: NodeId): string {
    return subjectOf(this.#pool.at(predicate), predicate);
  }

  #subjectBit(predicate: NodeId): bigint {
    return this.#bit(this.#subjectOf(predicate));
  }

  #loadBit(load: number): bigint {
    return this.#bit(`load ${load}`);
  }

  #bit(key: string): bigint {
    const known = this.#bits.get(key);
    if (known !== undefined) return known;
    const bit = 1n << BigInt(this.#bits.size);
    this.#bits.set(key, bit);
    return bit;
  }
}
