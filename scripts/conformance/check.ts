// A check of the conformance of a subgraph: what it is about, what its outcome may be, and what to do about a fault.
import type { Bilingual } from '@district-graph/kit/errors';
import type { ConformanceExamples } from './examples.ts';
import type { SubgraphClient } from './subgraph-client.ts';
import type { SubgraphSchema } from './subgraph-schema.ts';

export type Outcome =
  | { status: 'passed' }
  /** `found` is what the subgraph did instead, in one line. */
  | { status: 'failed'; found: string }
  | { status: 'not applicable'; reason: Bilingual };

export interface CheckContext {
  client: SubgraphClient;
  /** Null where the subgraph gives no SDL that can be read. */
  schema: SubgraphSchema | null;
  examples: ConformanceExamples;
}

export interface Check {
  /** `<subject>.<name>`, which stays the same between versions. */
  id: string;
  title: Bilingual;
  /** What to do where it fails. */
  advice: Bilingual;
  run: (context: CheckContext) => Promise<Outcome>;
}

export interface CheckResult extends Omit<Check, 'run'> {
  outcome: Outcome;
}

export const passed: Outcome = { status: 'passed' };
export const failed = (found: string): Outcome => ({ status: 'failed', found: found.slice(0, 300) });
export const notApplicable = (zh: string, en: string): Outcome => ({
  status: 'not applicable',
  reason: { zh, en },
});

/** Runs the checks one after the other: some stress the subgraph, and each reports an error that it did not expect as a fault. */
export async function runChecks(checks: readonly Check[], context: CheckContext): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { run, ...check } of checks) {
    const outcome = await run(context).catch((error: NodeJS.ErrnoException) =>
      failed(error.name === 'TimeoutError' ? 'no reply in time' : (error.code ?? error.message)),
    );
    results.push({ ...check, outcome });
  }
  return results;
}
