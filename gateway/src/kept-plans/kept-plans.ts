// Plans that outlive the process and the supergraph: those of which no part that they depend on has changed.
import type { Log } from '@district-graph/kit/log';
import { LRUCache } from 'lru-cache';
import type { PlannerName, QueryPlan } from '../query-planner/query-plan.ts';
import { digestOf, type SupergraphParts, type TouchedParts } from '../supergraph/supergraph-parts.ts';
import { readLines, UnusableFile, writeLines } from './plan-file.ts';
import { isPlanNode, isTouchedParts } from './plan-shape.ts';

export interface KeptPlansOptions {
  /** Null to keep plans in memory alone. */
  file: string | null;
  /** How long the plans may be together as text. */
  maxBytes: number;
  /** Of the code that makes plans. */
  version: string;
  log: Log;
}

/** A kept plan. */
type Entry = readonly [
  query: string,
  digest: string,
  touched: TouchedParts,
  planner: PlannerName,
  planningMs: number,
  node: QueryPlan['node'],
];

/** How long plans are collected before the file is written. */
const writeDelayMs = 5000;
/** What the file may have beside the plans. */
const frameBytes = 1024;
/** The share of the file that one plan may take, beyond what is small anyway, so that a few large ones do not displace all others. */
const largestShare = 1 / 64;
const smallLength = 65_536;
/** Names with as many digits in a row can be the number of a person: they are what the client chose. */
const longNumber = /\d{6}/;

export class KeptPlans {
  #options: KeptPlansOptions;
  /** The entries as JSON, by query: as text they take less memory. */
  #lines: LRUCache<string, string>;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  /** Whether the file is not the latest state. */
  #isChanged = false;

  /** Reads the plans of the file. A file that cannot be used is ignored, and replaced later. */
  constructor(options: KeptPlansOptions) {
    const { file, maxBytes, version, log } = options;
    this.#options = options;
    this.#lines = new LRUCache<string, string>({
      maxSize: maxBytes,
      sizeCalculation: (line) => Buffer.byteLength(line) + 1,
    });
    if (file === null) return;
    try {
      for (const line of readLines(file, version, maxBytes + frameBytes) ?? [])
        this.#lines.set(entryOf(line)[0], line);
      log({ event: 'query plans read', count: this.#lines.size });
    } catch (error) {
      this.#lines.clear();
      log({ event: 'query plans not read', level: 'warn', file, reason: (error as Error).message });
    }
  }

  /** The plan of the query where the parts of the supergraph that it touches are the same; null otherwise. */
  find(query: string, parts: SupergraphParts): QueryPlan | null {
    const line = this.#lines.peek(query);
    if (line === undefined) return null;
    const [, digest, touched, planner, planningMs, node] = entryOf(line);
    return digestOf(touched, parts) === digest ? { node, planner, planningMs } : null;
  }

  /** Keeps the plan of a query without literals. */
  keep(
    query: string,
    { planner, planningMs, node }: QueryPlan,
    touched: TouchedParts,
    parts: SupergraphParts,
  ): void {
    const digest = digestOf(touched, parts);
    if (digest === null || node === null || longNumber.test(query)) return;
    const entry: Entry = [query, digest, touched, planner, planningMs, node];
    const line = JSON.stringify(entry);
    if (line.length > Math.max(smallLength, this.#options.maxBytes * largestShare)) return;
    this.#lines.set(query, line);
    this.#isChanged = true;
    if (this.#options.file !== null) this.#timer ??= setTimeout(() => this.#write(), writeDelayMs).unref();
  }

  /** Records that an operation with the plan ran: the plans that were not used longest are dropped first. */
  use(query: string): void {
    if (this.#lines.get(query) !== undefined) this.#isChanged = true;
  }

  /** Writes what is not written. */
  async close(): Promise<void> {
    if (this.#isChanged && this.#options.file !== null) this.#write();
    await this.#writing;
  }

  #write(): void {
    const { file, version, log } = this.#options;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (file === null) return;
    this.#writing = this.#writing
      .then(() => {
        this.#isChanged = false;
        return writeLines(
          file,
          version,
          [...this.#lines.rvalues()].filter((line) => line !== undefined),
        );
      })
      .catch((error: Error) => {
        this.#isChanged = true;
        log({ event: 'query plans not written', level: 'warn', file, error: error.message });
      });
  }
}

/** Throws `UnusableFile` for what is no entry. */
function entryOf(line: string): Entry {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    // Reported below.
  }
  if (!isEntry(entry)) throw new UnusableFile('it has an entry that is no query plan');
  return entry;
}

function isEntry(value: unknown): value is Entry {
  if (!Array.isArray(value) || value.length !== 6) return false;
  const [query, digest, touched, planner, planningMs, node] = value;
  return (
    typeof query === 'string' &&
    typeof digest === 'string' &&
    isTouchedParts(touched) &&
    (planner === 'own' || planner === 'apollo') &&
    typeof planningMs === 'number' &&
    isPlanNode(node)
  );
}
