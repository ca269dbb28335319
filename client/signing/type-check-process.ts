import { text } from "node:stream/consumers";
import { checkAuthorTypes } from "@flamenco/language";
import type { TypeCheckTask } from "./type-check.js";

/** The program that `findTypeProblems` starts: a task on standard input, its problems on standard output. */
const { files, kind, labels } = JSON.parse(await text(process.stdin)) as TypeCheckTask;
process.stdout.write(JSON.stringify(checkAuthorTypes(files, kind, labels)));
