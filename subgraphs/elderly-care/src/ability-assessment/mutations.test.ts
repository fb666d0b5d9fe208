import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Elder, encryptedElder } from '../elder/tables.ts';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { scoreOf } from './mutations.ts';
import { abilityItems } from './score.ts';
import { type AbilityAssessment, encryptedAbilityAssessment } from './tables.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    AbilityAssessment: 'id assessedOn nextDueOn reason score level elder { id abilityLevel }',
    AssessmentReasonUnfit: 'message latestAssessment { id }',
  });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.sql`delete from ability_assessment`;
  await server.sql`delete from elder`;
  await insertElder(server.sql, { id: elderId, divisionCode: '410105007003' });
});

const elderId = '01a1fc14-c3c1-7069-8000-000000000001';
const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
type Items = Record<string, Record<string, number>>;
const full = (): Items => structuredClone(abilityItems) as unknown as Items;
/** The items of a score: points are subtracted from the first items on. */
function itemsOf(score: number): Items {
  const items = full();
  let surplus = 90 - score;
  for (const group of Object.values(items))
    for (const [item, points] of Object.entries(group)) {
      const taken = Math.min(points, surplus);
      group[item] = points - taken;
      surplus -= taken;
    }
  return items;
}
const assess = (input: Record<string, unknown> = {}) =>
  server.write('assessElder', { elderId, reason: 'FIRST', items: full(), ...input });
const kept = async () => {
  const [row] = await server.sql<Elder[]>`
    select * from elder where id = ${elderId}`;
  return (
    row && {
      abilityLevel: encryptedElder.decrypt(developmentKeyring, row, 'abilityLevel'),
      version: row.version,
    }
  );
};

describe('an assessment', () => {
  it.each([
    [90, {}, 0],
    [66, {}, 1],
    [65, {}, 2],
    [65, { mentalDisorder: true }, 3],
    [65, { careRisks: 1 }, 2],
    [65, { mentalDisorder: true, careRisks: 2 }, 3],
    [45, {}, 3],
    [29, {}, 4],
    [90, { coma: true }, 4],
  ])('of %i points and %o gives level %i, which the elder then has', async (score, circumstances, level) => {
    const { result } = await assess({ items: itemsOf(score), ...circumstances });
    const [row] = await server.sql<
      AbilityAssessment[]
    >`select * from ability_assessment where id = ${result.id}`;
    const decrypted = (name: 'score' | 'level') =>
      row && encryptedAbilityAssessment.decrypt(developmentKeyring, row, name);
    expect({ score: decrypted('score'), level: decrypted('level') }).toEqual({ score, level });
    expect(await kept()).toEqual({ abilityLevel: level, version: 2 });
  });

  it('answers none of its findings, nor do its events', async () => {
    const { result } = await assess({ items: itemsOf(40), assessedOn: '2026-02-28' });
    expect(result).toMatchObject({
      assessedOn: '2026-02-28',
      nextDueOn: '2027-02-28',
      score: null,
      level: null,
      elder: { id: elderId, abilityLevel: null },
    });
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'assessElder', fromStatus: null, toStatus: null },
    ]);
    const [event] = await server.sql`
      select action, detail from change_event where entity_id = ${elderId} order by sequence desc limit 1`;
    expect(event).toEqual({ action: 'assessElder', detail: { changed: ['abilityLevel'] } });
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
  });

  it('entered late does not override a later one', async () => {
    await assess({ items: itemsOf(40), assessedOn: '2026-03-01' });
    await assess({ reason: 'ROUTINE', items: itemsOf(90), assessedOn: '2025-03-01' });
    expect(await kept()).toEqual({ abilityLevel: 3, version: 2 });
    await assess({ reason: 'REVIEW', items: itemsOf(50), assessedOn: '2026-03-01' });
    expect((await kept())?.abilityLevel).toBe(2);
  });

  it('is FIRST once, also when two are entered at once, and not ROUTINE before it', async () => {
    const early = await assess({ reason: 'ROUTINE' });
    expect(early.result).toMatchObject({ __typename: 'AssessmentReasonUnfit', latestAssessment: null });
    expect(early.result.message).toMatch(/\p{Script=Han}/u);
    const answers = await Promise.all(Array.from({ length: 4 }, () => assess()));
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual(['AbilityAssessment', ...Array(3).fill('AssessmentReasonUnfit')]);
    const first = answers.find(({ result }) => result.__typename === 'AbilityAssessment')?.result.id;
    for (const { result } of answers)
      if (result.__typename === 'AssessmentReasonUnfit') expect(result.latestAssessment.id).toBe(first);
    expect(await server.sql`select id from ability_assessment`).toHaveLength(1);
  });

  it('is refused with impossible points or days', async () => {
    const stairs = full();
    (stairs.mobility as Record<string, number>).stairs = 4;
    for (const wrong of [
      { items: stairs },
      { assessedOn: '2999-01-01' },
      { assessedOn: '2026-01-01', nextDueOn: '2026-01-01' },
      { assessedOn: '2026-01-01', nextDueOn: '2027-01-02' },
      { careRisks: -1 },
    ])
      expect((await assess(wrong)).code, JSON.stringify(wrong)).toBe('BAD_USER_INPUT');
    expect((await assess({ elderId: unknown })).code).toBe('NO_SUCH_RECORD');
    expect(() => scoreOf({})).toThrow('items.selfCare.eating');
    expect((await assess({ assessedOn: '2024-02-29' })).result.nextDueOn).toBe('2025-02-28');
  });

  it('is refused for a closed record, unless it was made before', async () => {
    await server.sql`update elder set status = 'CLOSED', closed_on = '2026-05-01', close_reason = 'DIED'`;
    const { result } = await assess();
    expect(result.__typename).toBe('ElderClosed');
    expect(result.message).toMatch(/\p{Script=Han}/u);
    expect((await assess({ assessedOn: '2026-04-30' })).result.__typename).toBe('AbilityAssessment');
  });

  it('has one effect per idempotency key', async () => {
    const idempotencyKey = 'assessment';
    const answers = await Promise.all(Array.from({ length: 3 }, () => assess({ idempotencyKey })));
    for (const { result } of answers) expect(result).toEqual(answers[0]?.result);
    expect(await server.sql`select id from ability_assessment`).toHaveLength(1);
  });
});
