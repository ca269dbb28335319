import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Approvals } from "../approvals/index.js";
import type { LedgerTables } from "../audit/index.js";
import type { Quarantine, RunFeed, RunStore } from "../jobs/index.js";
import type { Released } from "../release/index.js";

/** Fastify whose routes take their types from TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface DatasetView {
  readonly name: string;
  readonly kind: string;
  readonly version: string;
  readonly rows: number;
}

/** What routes need. */
export interface RouteContext {
  readonly nodeName: string;
  readonly store: RunStore;
  readonly feed: RunFeed;
  readonly quarantine: Pick<Quarantine, "list" | "lift">;
  readonly approvals: Pick<Approvals, "list" | "show" | "decide">;
  /** Whoever shows it may give orders. */
  readonly operatorToken: string;
  readonly listDatasets: () => Promise<DatasetView[]>;
  /** The budget ledger as the database has it. */
  readonly readLedger: () => Promise<LedgerTables>;
  /** The release of a run, or undefined before there is one. */
  readonly findRelease: (study: string) => Promise<Released | undefined>;
}
