import type { NodeId } from "../ir/index.js";
import { limits } from "../limits.js";
import { Diagram, type DiagramId } from "./diagram.js";
import { type Knowledge, keyOf } from "./knowledge.js";
import type { Answer, Question, QuestionBook } from "./questions.js";

/** The work that one set may cost is spent. */
export class SetSpent extends Error {}

export interface SetBuilderInput {
  readonly book: QuestionBook;
  /** Every LF's diagram, in one. */
  readonly diagram: Diagram;
  /** Indices of LFs, most important first. */
  readonly order: readonly number[];
  /** The label that follows from the LFs' votes (labels or null), or null for none. */
  readonly decide: (votes: readonly (string | null)[]) => string | null;
  /** Whether answers settle other questions; without, the work is bounded by sizes of LFs and patterns of votes. */
  readonly prunes: boolean;
}

/** A node of the LFs' diagrams that is still to be decided. */
interface Reach {
  /** Bits of every question that may come. */
  readonly bits: bigint;
  /** The question that is asked here; undefined for a leaf. */
  readonly question: Question | undefined;
}

/**
 * Builds one decision diagram of several LFs and what follows from their votes (after Bryant 1986, with a third branch for
 * missing values). Of the questions that LFs have come to, the most important is asked, and answered in all LFs at once,
 * with every other question whose answer follows. Two paths that leave the same questions open, and know the same about
 * them, are one.
 */
export class SetBuilder {
  readonly output = new Diagram();
  readonly #input: SetBuilderInput;
  readonly #diagram: Diagram;
  readonly #book: QuestionBook;
  readonly #reaches: Reach[] = [];
  readonly #states = new Map<string, DiagramId>();
  #steps = 0;

  constructor(input: SetBuilderInput) {
    this.#input = input;
    this.#diagram = input.diagram;
    this.#book = input.book;
  }

  /** @throws SetSpent */
  build(roots: readonly DiagramId[]): DiagramId {
    const { initial, allBits } = this.#book;
    return this.#decide(this.#input.prunes ? this.#restrict(roots, initial, allBits) : roots, initial);
  }

  #decide(roots: readonly DiagramId[], everythingKnown: Knowledge): DiagramId {
    const reaches = roots.map((root) => this.#reachOf(root));
    const question = this.#choose(reaches);
    if (question === undefined) return this.output.leaf(this.#vote(roots));
    const bits = reaches.reduce((sum, reach) => sum | reach.bits, 0n);
    const known = this.#input.prunes ? this.#book.relevant(everythingKnown, bits) : everythingKnown;
    const key = `${roots.join()}|${keyOf(known)}`;
    const built = this.#states.get(key) ?? this.#ask(roots, question, known);
    this.#states.set(key, built);
    if (this.#states.size > (this.#input.prunes ? limits.setPrunedStates : limits.setStates)) throw new SetSpent();
    return built;
  }

  /** The most important question of all LFs, or without pruning the question of the most important LF. */
  #choose(reaches: readonly Reach[]): Question | undefined {
    const open = this.#input.order.flatMap((lf) => reaches[lf]?.question ?? []);
    const [first] = open;
    if (first === undefined || !this.#input.prunes) return first;
    return open.reduce((least, question) => (question.rank < least.rank ? question : least), first);
  }

  #ask(roots: readonly DiagramId[], question: Question, known: Knowledge): DiagramId {
    const [yes, no] = [this.#follow(roots, question, true, known), this.#follow(roots, question, false, known)];
    if (this.#book.neverMissing(question, known)) {
      return yes === no ? yes : this.output.test(question.predicate, yes, no);
    }
    const missing = this.#follow(roots, question, "missing", known);
    return yes === no && no === missing ? yes : this.output.test(question.predicate, yes, no, missing);
  }

  #follow(roots: readonly DiagramId[], question: Question, answer: Answer, before: Knowledge): DiagramId {
    const { predicate } = question;
    if (this.#input.prunes) {
      const { known, touched } = this.#book.learn(question, answer, before);
      return this.#decide(this.#restrict(roots, known, touched, predicate, answer), known);
    }
    const next = roots.map((root) => {
      const node = this.#diagram.at(root);
      return node.type === "test" && node.predicate === predicate ? this.#child(node, answer) : root;
    });
    return this.#decide(next, before);
  }

  /** Where an LF goes on after an answer; it abstains where a value is missing. */
  #child({ yes, no }: { readonly yes: DiagramId; readonly no: DiagramId }, answer: Answer): DiagramId {
    if (answer === "missing") return this.#diagram.leaf(null);
    return answer ? yes : no;
  }

  /** Diagrams under what is known now; only those that `touched` concerns can change. */
  #restrict(
    roots: readonly DiagramId[],
    known: Knowledge,
    touched: bigint,
    asked?: NodeId,
    answer?: Answer,
  ): DiagramId[] {
    const done = new Map<DiagramId, DiagramId>();
    const answers = new Map<NodeId, Answer | undefined>(asked === undefined ? [] : [[asked, answer]]);
    const restrict = (id: DiagramId): DiagramId => {
      const node = this.#diagram.at(id);
      if (node.type === "leaf" || (this.#reachOf(id).bits & touched) === 0n) return id;
      const ready = done.get(id);
      if (ready !== undefined) return ready;
      this.#steps += 1;
      if (this.#steps > limits.setSteps) throw new SetSpent();
      const question = this.#book.of(node.predicate);
      if (!answers.has(node.predicate)) answers.set(node.predicate, this.#book.answer(question, known));
      const given = answers.get(node.predicate);
      const built =
        given === undefined
          ? this.#join(question, known, restrict(node.yes), restrict(node.no))
          : restrict(this.#child(node, given));
      done.set(id, built);
      return built;
    };
    return roots.map(restrict);
  }

  /** A test, unless both its sides agree and no row abstains at it that would not abstain anyway. */
  #join(question: Question, known: Knowledge, yes: DiagramId, no: DiagramId): DiagramId {
    const needless = yes === no && (yes === this.#diagram.leaf(null) || this.#book.neverMissing(question, known));
    return needless ? yes : this.#diagram.test(question.predicate, yes, no);
  }

  #vote(leaves: readonly DiagramId[]): string | null {
    return this.#input.decide(
      leaves.map((id) => {
        const node = this.#diagram.at(id);
        return node.type === "leaf" ? node.label : null;
      }),
    );
  }

  #reachOf(id: DiagramId): Reach {
    const known = this.#reaches[id];
    if (known !== undefined) return known;
    const node = this.#diagram.at(id);
    const reach: Reach =
      node.type === "leaf" ? { bits: 0n, question: undefined } : this.#reachOfTest(node.predicate, node.yes, node.no);
    this.#reaches[id] = reach;
    return reach;
  }

  #reachOfTest(predicate: NodeId, yes: DiagramId, no: DiagramId): Reach {
    const question = this.#book.of(predicate);
    return { bits: question.bits | this.#reachOf(yes).bits | this.#reachOf(no).bits, question };
  }
}
