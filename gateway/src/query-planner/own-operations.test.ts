// The plans of the operations that apps send, beside those of Apollo's planner.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import { Kind, OperationTypeNode, parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../config/gateway-config.ts';
import { planReport } from '../engine/plan-report.ts';
import { Planner } from '../planning/planner.ts';
import { internalRequester } from '../threads/thread-pool.ts';
import type { QueryPlan } from './query-plan.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sdl = readFileSync(`${root}schema/supergraph.graphql`, 'utf8');
const operations = globSync('test/operations/*.graphql', { cwd: root }).flatMap((file) => {
  const document = parse(readFileSync(root + file, 'utf8'), { noLocation: true });
  const fragments = fragmentsOf(document);
  return document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.operation !== OperationTypeNode.SUBSCRIPTION
      ? [
          {
            name: definition.name?.value ?? file,
            operation: { definition, fragments, conditions: {}, missingScopes: [] },
          },
        ]
      : [],
  );
});

const planners: { own?: Planner; apollo?: Planner } = {};
beforeAll(async () => {
  const options = { ...readConfig({}).planner, threads: 1, log: () => {} };
  for (const planner of ['own', 'apollo'] as const)
    planners[planner] = await Planner.load(sdl, { ...options, planner });
});
afterAll(() => Promise.all([planners.own?.close(), planners.apollo?.close()]));

it('need no more fetches and no more stages', async () => {
  expect(operations.length).toBeGreaterThan(20);
  const { own, apollo } = planners;
  if (!own || !apollo) throw new Error('not loaded');
  const ofApollo: string[] = [];
  for (const { name, operation } of operations) {
    const written = own.write(operation, internalRequester);
    const [ours, theirs] = await Promise.all(
      [own, apollo].map((each) => each.plan(written, internalRequester)),
    );
    const sizeOf = (plan: QueryPlan | undefined) => {
      const { fetches, stages } = planReport(plan?.node ?? null);
      return { name, fetches, stages };
    };
    expect(sizeOf(ours)).toEqual(sizeOf(theirs));
    if (ours?.planner !== 'own') ofApollo.push(name);
  }
  // It selects fields with @requires.
  expect(ofApollo).toEqual(['LostElder']);
}, 60_000);
