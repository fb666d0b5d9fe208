// The access matrix: every protected field, read by every route as every viewer, and written to matrix.txt, where people can check it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import type { Ids } from './community-records.ts';
import { printed } from './matrix.ts';
import { subscribeTo } from './next-event.ts';
import { execute, expected, leaked, type Outcome, outcomesOf, referenceOf } from './observe-access.ts';
import {
  protectedTypes,
  type Route,
  routesByEntities,
  routesByQuery,
  routesBySubscription,
} from './protected-fields.ts';
import { insertProtectedRecords } from './protected-records.ts';
import { anyPurpose, headersOfAllRoles, type TestViewer, testViewers } from './viewers.ts';

let graph: TestGraph;
let ids: Ids;
let routes: Route[];
let everyone: TestViewer[];
const raw = new Map<Route, Record<string, unknown>>();
const masked = new Map<Route, Record<string, unknown>>();
/** The outcomes by viewer and field, each with a route that led to it. */
const outcomesByViewer = new Map<TestViewer, Map<string, Map<Outcome, string>>>();
const leaks: string[] = [];

function addOutcome(viewer: TestViewer, name: string, outcome: Outcome, by: string): void {
  const mine = outcomesByViewer.get(viewer) ?? new Map<string, Map<Outcome, string>>();
  outcomesByViewer.set(viewer, mine);
  mine.set(name, (mine.get(name) ?? new Map<Outcome, string>()).set(outcome, by));
}

function addLeaks(viewer: TestViewer, route: Route, text: string): void {
  for (const secret of leaked(viewer, text))
    leaks.push(
      `${viewer.name} ${viewer.place} ${viewer.purpose}: ${secret} by ${route.name} (${route.type})`,
    );
}

function addResponse(viewer: TestViewer, route: Route, text: string): void {
  addLeaks(viewer, route, text);
  for (const [field, outcome] of outcomesOf(route, text, raw.get(route) ?? {}, masked.get(route) ?? {}) ?? [])
    addOutcome(viewer, `${route.type}.${field}`, outcome, route.name);
}

/** Mutations that send an event to each subscription. */
const mutations = (ids: Ids): [action: string, input: Record<string, unknown>][] => [
  ['startCareVisit', { visitId: ids.CareVisit }],
  ['advanceIncident', { incidentId: ids.Incident, to: 'ACKNOWLEDGED' }],
  ['reportDeviceFault', { deviceId: ids.Camera, note: '示例' }],
  ['solveGridProblem', { gridProblemId: ids.GridProblem }],
];

/** Subscribes as all viewers at once, then sends the mutations. */
async function readSubscriptions(
  unmasked: Record<string, string>,
  plain: Record<string, string>,
): Promise<void> {
  const subscriptionRoutes = routesBySubscription(ids);
  const subscriptions = await Promise.all(
    subscriptionRoutes.flatMap((route) =>
      [unmasked, plain, ...everyone].map(async (who) => ({
        route,
        who,
        subscription: await subscribeTo(
          graph,
          route,
          'headers' in who ? (who as TestViewer).headers : (who as Record<string, string>),
        ),
      })),
    ),
  );
  for (const [action, input] of mutations(ids)) {
    const name = `${action[0]?.toUpperCase()}${action.slice(1)}Input`;
    await graph.dataOf(`mutation ($input: ${name}!) { ${action}(input: $input) { __typename } }`, { input });
  }
  for (const { route, who, subscription } of subscriptions) {
    if (who === unmasked) raw.set(route, referenceOf(route, await subscription.first(), anyPurpose));
    else if (who === plain) masked.set(route, referenceOf(route, await subscription.first(), null));
    else {
      const viewer = who as TestViewer;
      addOutcome(viewer, route.name, subscription.refusal === null ? 'allowed' : 'refused', route.name);
      if (subscription.refusal === null) addResponse(viewer, route, await subscription.first());
      else addLeaks(viewer, route, subscription.refusal);
    }
  }
}

beforeAll(async () => {
  graph = await startTestGraph({ databases: 'empty' });
  ids = await insertProtectedRecords(graph);
  routes = [...routesByQuery(ids), ...routesByEntities(ids)];
  const [unmasked, plain] = [
    await headersOfAllRoles(anyPurpose, ids.Elder),
    await headersOfAllRoles(null, ids.Elder),
  ];
  for (const route of routes) {
    raw.set(route, referenceOf(route, await execute(graph, route, unmasked), anyPurpose));
    masked.set(route, referenceOf(route, await execute(graph, route, plain), null));
  }
  everyone = await testViewers(ids.Elder ?? '');
  for (const viewer of everyone)
    for (const route of routes) addResponse(viewer, route, await execute(graph, route, viewer.headers));
  await readSubscriptions(unmasked, plain);
}, 600_000);
afterAll(() => graph.stop());

/** Every field with an access rule, except mutations, which access-control.test.ts tests one by one. */
const fields = () =>
  [...protectedTypes].flatMap(([type, { fields: ofType }]) =>
    [...ofType].flatMap(([field, rule]) => (rule ? [`${type}.${field}`] : [])),
  );

/** The most permissive outcome of a field for a viewer, by any route. */
function most(viewer: TestViewer, field: string): Outcome {
  const outcomes = outcomesByViewer.get(viewer)?.get(field);
  return (['allowed', 'masked', 'nothing'] as const).find((outcome) => outcomes?.has(outcome)) ?? 'refused';
}

describe('every protected field', () => {
  it('is reached by at least one route, and returned to a viewer with all roles', () => {
    const reached = new Set(
      [...raw].flatMap(([route, row]) => [
        route.name,
        ...Object.keys(row).map((field) => `${route.type}.${field}`),
      ]),
    );
    expect(fields().filter((field) => !reached.has(field))).toEqual([]);
    const same = [...raw].flatMap(([route, row]) =>
      Object.keys(row)
        .filter((field) => {
          const isMasked = protectedTypes.get(route.type)?.fields.get(field)?.mask;
          return isMasked && JSON.stringify(row[field]) === JSON.stringify(masked.get(route)?.[field]);
        })
        .map((field) => `${route.type}.${field} by ${route.name}`),
    );
    expect(same).toEqual([]);
  });

  it('is the value, its mask or a refusal, as roles, divisions and purposes define, by every route', () => {
    const wrong = everyone.flatMap((viewer) =>
      [...(outcomesByViewer.get(viewer) ?? [])].flatMap(([field, outcomes]) =>
        [...outcomes]
          .filter(
            ([outcome, route]) =>
              outcome !== expected(viewer, ...(field.split('.') as [string, string]), route),
          )
          .map(
            ([outcome, route]) =>
              `${viewer.name} ${viewer.place} ${viewer.purpose}: ${field} ${outcome} by ${route}`,
          ),
      ),
    );
    expect(wrong).toEqual([]);
    const less = everyone.flatMap((viewer) =>
      fields()
        .filter(
          (field) => most(viewer, field) !== expected(viewer, ...(field.split('.') as [string, string])),
        )
        .map((field) => `${viewer.name} ${viewer.place} ${viewer.purpose}: ${field} ${most(viewer, field)}`),
    );
    expect(less).toEqual([]);
  });

  it('is in no response, error or cursor of a viewer who may not see it', () => {
    expect([...new Set(leaks)]).toEqual([]);
  });

  it('is up to date in matrix.txt: npm run access:matrix changes nothing', async () => {
    await expect(printed(everyone, fields(), most)).toMatchFileSnapshot('matrix.txt');
  });
});
