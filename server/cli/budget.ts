import { deltaOf, epsilonOf, microRhoFor, publicRows } from "@flamenco/policies/release";
import { type LedgerTables, readLedger } from "../audit/index.js";
import { loadNodeConfig, nodeDirectoryOf } from "../config/index.js";
import { openCurrentVersion } from "../datasets/index.js";
import { parseLedgerAnswer } from "../http/index.js";
import { presetOf, rulesOf } from "../release/index.js";
import { drawTable, formatNumber, toLine } from "../support/index.js";
import { type PartAccess, withNodePart } from "./running-node.js";

export interface BudgetCommandOptions {
  readonly dataDir: string;
  readonly json: boolean;
}

const ledgerOf: PartAccess<() => Promise<LedgerTables>> = {
  running: (ask) => async () => parseLedgerAnswer(await ask("GET", "/ledger")),
  stopped: (database) => () => readLedger(database),
};

/** What is spent of one ceiling, in millionths of rho and as epsilon at the dataset's delta. */
interface Balance {
  readonly spentMicroRho: number;
  readonly ceilingMicroRho: number;
  readonly leftMicroRho: number;
  readonly spentEpsilon: number;
  readonly ceilingEpsilon: number;
  /** Releases at the most that the rules let one cost, without columns of statistics, that the rest pays for. */
  readonly releasesLeft: number;
}

/**
 * `flamenco budget show DATASET`. Ceilings are those of the dataset's rules now; a dataset under `open` has none.
 * @throws FLM_DATASET_UNKNOWN, FLM_CONFIG, FLM_DATA_DIR_LOCKED, FLM_DATABASE
 */
export async function showBudget(
  dataset: string,
  { dataDir, json }: BudgetCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const directory = nodeDirectoryOf(dataDir);
  const { release } = await loadNodeConfig(directory);
  const { manifest, version: current } = await openCurrentVersion(directory.datasets, dataset);
  const preset = presetOf(release, dataset);
  const { epsilon, protection } = rulesOf(release, dataset, preset);
  const delta = deltaOf(publicRows(manifest.rows));
  const price = microRhoFor(epsilon.release, delta);
  const balance = (spentMicroRho: number, ceilingEpsilon: number): Balance => {
    const ceilingMicroRho = microRhoFor(ceilingEpsilon, delta);
    // Rules may have been made stricter since.
    const leftMicroRho = Math.max(0, ceilingMicroRho - spentMicroRho);
    return {
      spentMicroRho,
      ceilingMicroRho,
      leftMicroRho,
      spentEpsilon: epsilonOf(spentMicroRho, delta),
      ceilingEpsilon,
      releasesLeft: Math.floor(leftMicroRho / price),
    };
  };
  const { accounts } = await withNodePart(dataDir, environment, ledgerOf, (read) => read());
  const own = accounts.filter((account) => account.dataset === dataset);
  const whole = own.find(({ version, collaborator }) => version === "" && collaborator === "");
  const shown = {
    dataset,
    version: current,
    preset,
    protection,
    delta,
    releaseEpsilon: epsilon.release,
    total: balance(whole?.microRho ?? 0, epsilon.dataset),
    collaborators: own
      .filter((account) => account !== whole)
      .map(({ version, collaborator, microRho }) => ({
        version,
        collaborator,
        ...balance(microRho, epsilon.collaborator),
      })),
  };
  process.stdout.write(json ? `${JSON.stringify({ event: "budget", ...shown })}\n` : `${drawBudget(shown)}\n`);
}

interface ShownBudget {
  readonly dataset: string;
  readonly preset: string;
  readonly protection: string;
  readonly delta: number;
  readonly releaseEpsilon: number;
  readonly total: Balance;
  readonly collaborators: readonly (Balance & { readonly version: string; readonly collaborator: string })[];
}

function drawBudget(budget: ShownBudget): string {
  const { dataset, preset, protection, delta, releaseEpsilon, total, collaborators } = budget;
  const cells = ({ spentEpsilon, ceilingEpsilon, spentMicroRho, ceilingMicroRho, releasesLeft }: Balance) => [
    formatNumber(spentEpsilon),
    formatNumber(ceilingEpsilon),
    `${spentMicroRho} of ${ceilingMicroRho}`,
    String(releasesLeft),
  ];
  const rows = [
    ["the whole dataset", "all", ...cells(total)],
    ...collaborators.map((one) => [one.collaborator, one.version.slice(0, 12), ...cells(one)]),
  ];
  const note = protection === "exact" ? " Releases are exact and charge nothing." : "";
  return `${toLine(dataset)} is under the preset ${preset}.${note} Epsilon at delta ${formatNumber(delta)}:\n${drawTable(
    ["who", "version", "epsilon spent", "of", "micro-rho", `releases of ${formatNumber(releaseEpsilon)} left`],
    rows,
    [2, 3, 4, 5],
  )}`;
}

/**
 * `flamenco budget history DATASET`, also of one that was removed.
 * @throws FLM_DATASET_UNKNOWN for a name that neither is a dataset nor was ever charged; otherwise as `showBudget`
 */
export async function showBudgetHistory(
  dataset: string,
  { dataDir, json }: BudgetCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const tables = await withNodePart(dataDir, environment, ledgerOf, (read) => read());
  const reservations = tables.reservations.flatMap(({ reservedAt, entry }) =>
    entry.type === "reservation" && entry.dataset.name === dataset ? [{ reservedAt, ...entry }] : [],
  );
  if (reservations.length === 0) await openCurrentVersion(nodeDirectoryOf(dataDir).datasets, dataset);
  if (json) {
    process.stdout.write(`${JSON.stringify({ event: "budgetHistory", dataset, reservations })}\n`);
    return;
  }
  const rows = reservations.map(({ reservedAt, request, study, collaborator, dataset: { version }, microRho }) => [
    reservedAt,
    request.slice(0, 12),
    version.slice(0, 12),
    (study ?? "the node").slice(0, 12),
    collaborator ?? "",
    String(microRho),
  ]);
  const head = ["when", "request", "version", "study", "collaborator", "micro-rho"];
  process.stdout.write(
    rows.length === 0 ? "Nothing was charged to this dataset.\n" : `${drawTable(head, rows, [5])}\n`,
  );
}
