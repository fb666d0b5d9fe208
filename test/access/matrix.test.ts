// Who gets what: every protected field by every way, as everyone; written down in matrix.txt, where people can check it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import { printed } from './matrix.ts';
import { hear } from './next-event.ts';
import { asked, expected, leaked, type Outcome, outcomesOf, referenceOf } from './observe-access.ts';
import { protectedTypes, type Way, waysByEntities, waysByNews, waysByQuery } from './protected-fields.ts';
import { type Ids, insertProtectedRecords } from './protected-records.ts';
import { anyPurpose, seeing, type Walker, walkers } from './viewers.ts';

let graph: TestGraph;
let ids: Ids;
let ways: Way[];
let everyone: Walker[];
const raw = new Map<Way, Record<string, unknown>>();
const masked = new Map<Way, Record<string, unknown>>();
/** By walker and field: what it came to, by the way it was reached. */
const got = new Map<Walker, Map<string, Map<Outcome, string>>>();
const leaks: string[] = [];

function note(walker: Walker, name: string, outcome: Outcome, by: string): void {
  const mine = got.get(walker) ?? new Map<string, Map<Outcome, string>>();
  got.set(walker, mine);
  mine.set(name, (mine.get(name) ?? new Map<Outcome, string>()).set(outcome, by));
}

function noteLeaks(walker: Walker, way: Way, text: string): void {
  for (const secret of leaked(walker, text))
    leaks.push(`${walker.name} ${walker.place} ${walker.purpose}: ${secret} by ${way.name} (${way.type})`);
}

function judge(walker: Walker, way: Way, text: string): void {
  noteLeaks(walker, way, text);
  for (const [field, outcome] of outcomesOf(way, text, raw.get(way) ?? {}, masked.get(way) ?? {}) ?? [])
    note(walker, `${way.type}.${field}`, outcome, way.name);
}

/** What makes news of each. */
const changes = (ids: Ids): [action: string, input: Record<string, unknown>][] => [
  ['startCareVisit', { visitId: ids.CareVisit }],
  ['advanceIncident', { incidentId: ids.Incident, to: 'ACKNOWLEDGED' }],
  ['reportDeviceFault', { deviceId: ids.Camera, note: '示例' }],
];

/** All listen at once to the same news. */
async function listen(unmasked: Record<string, string>, plain: Record<string, string>): Promise<void> {
  const news = waysByNews(ids);
  const heard = await Promise.all(
    news.flatMap((way) =>
      [unmasked, plain, ...everyone].map(async (who) => ({
        way,
        who,
        hearing: await hear(
          graph,
          way,
          'headers' in who ? (who as Walker).headers : (who as Record<string, string>),
        ),
      })),
    ),
  );
  for (const [action, input] of changes(ids)) {
    const name = `${action[0]?.toUpperCase()}${action.slice(1)}Input`;
    await graph.dataOf(`mutation ($input: ${name}!) { ${action}(input: $input) { __typename } }`, { input });
  }
  for (const { way, who, hearing } of heard) {
    if (who === unmasked) raw.set(way, referenceOf(way, await hearing.first(), anyPurpose));
    else if (who === plain) masked.set(way, referenceOf(way, await hearing.first(), null));
    else {
      const walker = who as Walker;
      note(walker, way.name, hearing.refusal === null ? 'allowed' : 'refused', way.name);
      if (hearing.refusal === null) judge(walker, way, await hearing.first());
      else noteLeaks(walker, way, hearing.refusal);
    }
  }
}

beforeAll(async () => {
  graph = await startTestGraph({ databases: 'empty' });
  ids = await insertProtectedRecords(graph);
  ways = [...waysByQuery(ids), ...waysByEntities(ids)];
  const [unmasked, plain] = [await seeing(anyPurpose, ids.Elder), await seeing(null, ids.Elder)];
  for (const way of ways) {
    raw.set(way, referenceOf(way, await asked(graph, way, unmasked), anyPurpose));
    masked.set(way, referenceOf(way, await asked(graph, way, plain), null));
  }
  everyone = await walkers(ids.Elder ?? '');
  for (const walker of everyone)
    for (const way of ways) judge(walker, way, await asked(graph, way, walker.headers));
  await listen(unmasked, plain);
}, 300_000);
afterAll(() => graph.stop());

/** Every field that bears a rule, but mutations, which are tried one by one elsewhere. */
const fields = () =>
  [...protectedTypes].flatMap(([type, { fields: ofType }]) =>
    [...ofType].flatMap(([field, rule]) => (rule ? [`${type}.${field}`] : [])),
  );

/** The most that a walker got of a field, by whichever way. */
function most(walker: Walker, field: string): Outcome {
  const outcomes = got.get(walker)?.get(field);
  return (['allowed', 'masked', 'nothing'] as const).find((outcome) => outcomes?.has(outcome)) ?? 'refused';
}

describe('what is protected', () => {
  it('is reached, each field by a way at least, and told to who may see it', () => {
    const reached = new Set(
      [...raw].flatMap(([way, row]) => [
        way.name,
        ...Object.keys(row).map((field) => `${way.type}.${field}`),
      ]),
    );
    expect(fields().filter((field) => !reached.has(field))).toEqual([]);
    const same = [...raw].flatMap(([way, row]) =>
      Object.keys(row)
        .filter((field) => {
          const isMasked = protectedTypes.get(way.type)?.fields.get(field)?.mask;
          return isMasked && JSON.stringify(row[field]) === JSON.stringify(masked.get(way)?.[field]);
        })
        .map((field) => `${way.type}.${field} by ${way.name}`),
    );
    expect(same).toEqual([]);
  });

  it('is the value, the mask or a refusal as roles, divisions and purposes say, by every way alike', () => {
    const wrong = everyone.flatMap((walker) =>
      [...(got.get(walker) ?? [])].flatMap(([field, outcomes]) =>
        [...outcomes]
          .filter(
            ([outcome, way]) => outcome !== expected(walker, ...(field.split('.') as [string, string]), way),
          )
          .map(
            ([outcome, way]) =>
              `${walker.name} ${walker.place} ${walker.purpose}: ${field} ${outcome} by ${way}`,
          ),
      ),
    );
    expect(wrong).toEqual([]);
    const less = everyone.flatMap((walker) =>
      fields()
        .filter(
          (field) => most(walker, field) !== expected(walker, ...(field.split('.') as [string, string])),
        )
        .map((field) => `${walker.name} ${walker.place} ${walker.purpose}: ${field} ${most(walker, field)}`),
    );
    expect(less).toEqual([]);
  });

  it('stands in no answer, error or cursor of who may not see it', () => {
    expect([...new Set(leaks)]).toEqual([]);
  });

  it('is written down as it is: npm run access:matrix changes nothing', async () => {
    await expect(printed(everyone, fields(), most)).toMatchFileSnapshot('matrix.txt');
  });
});
