// Runs generated operations on an engine before clients send theirs, so that its code is compiled: the first operations of a process
// take several times as long as later ones.
import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../engine/engine.ts';
import { internalRequester } from '../threads/thread-pool.ts';
import { generatedQueries } from './generated-operations.ts';
import { generatedResponse } from './generated-responses.ts';

/** Prepares, plans and executes `count` operations. Subgraphs are not called: their responses are generated. */
export async function warmUp(engine: Engine, count: number): Promise<void> {
  const call = async (_subgraph: string, body: string) => generatedResponse(engine.schema, body);
  const requester = { ...internalRequester, keepsNoPlans: true };
  for (const query of generatedQueries(engine.schema, count)) {
    const operation = {
      query,
      operationName: null,
      variables: null,
      extensions: null,
      method: 'POST' as const,
    };
    // An operation that is refused, for example since an argument is no valid value of its scalar, warms up what refuses it.
    await engine.answer(operation, { call, viewer: null, headers: {}, requester });
    await setImmediate();
  }
  await engine.whenThreadsStarted();
  engine.forgetOperations();
}
