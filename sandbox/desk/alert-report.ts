import { FlamencoError } from "@flamenco/policies/errors";
import type { Alert } from "@flamenco/policies/wire";
import { openAlerts, preprocessLimits } from "../preprocess/index.js";
import { type DataTable, readDataTable } from "./data-table.js";
import { readTextFile } from "./text-file.js";
import { toLine } from "./text-table.js";

const SEVERAL = /[\s;]+/;

/**
 * Read an alert report: a JSON list, or CSV with the columns start and end and, where there are any, addresses, ports (several of
 * them between blanks or semicolons) and label.
 * @throws FLM_FILE_UNREADABLE, FLM_TOO_LARGE, FLM_SCHEMA
 */
export async function readAlertReport(path: string): Promise<readonly Alert[]> {
  const text = await readTextFile(path, preprocessLimits.alertBytes);
  if (!/^\s*\[/.test(text)) return openAlerts(alertsOf(await readDataTable(path)));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new FlamencoError("FLM_SCHEMA", `${toLine(path)} is not JSON.`);
  }
  return openAlerts(document);
}

function alertsOf({ path, rows, cells, lines }: DataTable): object[] {
  const at = (name: string, row: number): string => cells.get(name)?.[row]?.trim() ?? "";
  for (const name of ["start", "end"]) {
    if (!cells.has(name)) throw new FlamencoError("FLM_FIELD_MISSING", `${toLine(path)} has no column ${name}.`);
  }
  return Array.from({ length: rows }, (_, row) => {
    const several = (name: string): string[] =>
      at(name, row)
        .split(SEVERAL)
        .filter((part) => part !== "");
    const [addresses, ports, label] = [several("addresses"), several("ports"), at("label", row)];
    if (ports.some((port) => !/^\d{1,5}$/.test(port))) {
      throw new FlamencoError("FLM_SCHEMA", `${toLine(path)}:${lines[row]}: the column ports holds no port.`);
    }
    return {
      start: readMoment(at("start", row)),
      end: readMoment(at("end", row)),
      ...(addresses.length === 0 ? {} : { addresses }),
      ...(ports.length === 0 ? {} : { ports: ports.map(Number) }),
      ...(label === "" ? {} : { label }),
    };
  });
}

const readMoment = (cell: string): number | string => (/^\d{1,15}$/.test(cell) ? Number(cell) : cell);
