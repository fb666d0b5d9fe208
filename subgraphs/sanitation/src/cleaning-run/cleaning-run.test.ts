import type { Database } from '@district-graph/kit/database/database';
import { newId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { cleaningStepKinds } from './tables.ts';

const community = '410105007003';
const at = (minutes: number) => `2026-03-01T06:${String(minutes).padStart(2, '0')}:00+08:00`;

let sanitation: TestSubgraph;
let server: { sql: Database; drop: () => Promise<void> };
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
  server = await emptyDatabase(subgraph);
});
afterAll(async () => {
  await sanitation.stop();
  await server.drop();
});

/** A road with an open run, none of whose six steps has started. */
async function openRun(sql: Database) {
  const [roadId, runId] = [newId(community), newId(community)];
  await sql`insert into road ${sql([{ id: roadId, division_code: community, name: '示例路', cleaning_grade: 'FIRST', length_metres: 900, longitude: 113.68, latitude: 34.79 }])}`;
  await sql`insert into cleaning_run ${sql([{ id: runId, division_code: community, road_id: roadId, day: '2026-03-01', status: 'OPEN', started_at: at(0) }])}`;
  await sql`insert into cleaning_step ${sql(cleaningStepKinds.map((kind, index) => ({ run_id: runId, ordinal: index + 1, kind, status: 'PENDING' })))}`;
  return { roadId, runId };
}

describe('the order of the six steps', () => {
  let runId: string;
  let roadId: string;
  beforeEach(async () => {
    ({ runId, roadId } = await openRun(server.sql));
  });
  const start = (ordinal: number, minutes: number) =>
    server.sql`update cleaning_step set status = 'IN_PROGRESS', started_at = ${at(minutes)} where run_id = ${runId} and ordinal = ${ordinal}`;
  const complete = (ordinal: number, minutes: number) =>
    server.sql`update cleaning_step set status = 'COMPLETED', completed_at = ${at(minutes)} where run_id = ${runId} and ordinal = ${ordinal}`;

  it('lets no step start before the previous one is completed', async () => {
    await expect(start(2, 1)).rejects.toMatchObject({ constraint_name: 'cleaning_step_in_order' });
    await start(1, 1);
    await expect(start(2, 2)).rejects.toMatchObject({ constraint_name: 'cleaning_step_in_order' });
    await complete(1, 5);
    await expect(start(2, 4)).rejects.toMatchObject({ constraint_name: 'cleaning_step_in_order' });
    await expect(start(3, 6)).rejects.toMatchObject({ constraint_name: 'cleaning_step_in_order' });
    await start(2, 5);
  });

  it('keeps a step completed once the next one has started', async () => {
    await start(1, 1);
    await complete(1, 2);
    await start(2, 3);
    const refused = { constraint_name: 'cleaning_step_in_order' };
    await expect(
      server.sql`update cleaning_step set status = 'IN_PROGRESS', completed_at = null where run_id = ${runId} and ordinal = 1`,
    ).rejects.toMatchObject(refused);
    await expect(complete(1, 4)).rejects.toMatchObject(refused);
    await expect(
      server.sql`delete from cleaning_step where run_id = ${runId} and ordinal = 1`,
    ).rejects.toMatchObject(refused);
    await server.sql`delete from cleaning_step where run_id = ${runId}`;
  });

  it('keeps it when one transaction starts the next step while another reopens the previous one', async () => {
    await start(1, 1);
    await complete(1, 2);
    const reopen = () =>
      server.sql`update cleaning_step set status = 'IN_PROGRESS', completed_at = null where run_id = ${runId} and ordinal = 1`;
    let settled = false;
    const waiting = async () =>
      (
        await server.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      ).length > 0;
    const { second } = await server.sql.begin(async (first) => {
      await first`update cleaning_step set status = 'IN_PROGRESS', started_at = ${at(3)} where run_id = ${runId} and ordinal = 2`;
      const second = reopen()
        .then(
          () => 'reopened',
          (error: { constraint_name: string }) => error.constraint_name,
        )
        .finally(() => {
          settled = true;
        });
      while (!settled && !(await waiting()));
      return { second };
    });
    expect(await second).toBe('cleaning_step_in_order');
  });

  it('fixes the kind of each step, and completes no step that has not started', async () => {
    await expect(
      server.sql`update cleaning_step set kind = 'SWEEP' where run_id = ${runId} and ordinal = 2`,
    ).rejects.toMatchObject({ constraint_name: 'cleaning_step_order' });
    await expect(complete(1, 5)).rejects.toMatchObject({ constraint_name: 'cleaning_step_times' });
  });

  it('allows one open run per road', async () => {
    await expect(
      server.sql`insert into cleaning_run ${server.sql([{ id: newId(community), division_code: community, road_id: roadId, day: '2026-03-01', status: 'OPEN', started_at: at(1) }])}`,
    ).rejects.toMatchObject({ constraint_name: 'cleaning_run_one_open' });
  });

  it('records the day of a completed flushing while it is completed', async () => {
    const days = async () => {
      // The bits of its district agree.
      expect(await server.sql`select * from road_flush_recount()`).toEqual([]);
      return server.sql`select day from road_flush where road_id = ${roadId}`;
    };
    await start(1, 1);
    await complete(1, 2);
    expect(await days()).toEqual([]);
    await start(2, 3);
    await complete(2, 4);
    expect(await days()).toEqual([{ day: '2026-03-01' }]);
    await server.sql`update cleaning_step set status = 'IN_PROGRESS', completed_at = null where run_id = ${runId} and ordinal = 2`;
    expect(await days()).toEqual([]);
    await complete(2, 5);
    expect(await days()).toEqual([{ day: '2026-03-01' }]);
    await server.sql`delete from cleaning_step where run_id = ${runId}`;
    expect(await days()).toEqual([]);
  });
});

describe('a road’s runs of a day', () => {
  it('come with their steps in order, in one statement each for any number of roads', async () => {
    const { data: found } = await sanitation.request(
      '{ roads(within: "410105", first: 40) { totalCount nodes { id } } }',
    );
    expect(found.roads.totalCount).toBe(300);
    const [flushed] = await sanitation.sql<{ day: string; roadId: string }[]>`
      select f.day, f.road_id from road_flush f join road r on r.id = f.road_id
      where r.division_code like '410105%' and f.day < '2019-01-01' order by 1, 2 limit 1`;
    sanitation.statements();
    const { data, errors } = await sanitation.request(
      `query ($r: [_Any!]!, $date: Date!) { _entities(representations: $r) { ... on Road {
        name division { code } runs(date: $date) { nodes { id status steps { kind status startedAt completedAt vehicle { plateNumber } crew { name } } } }
      } } }`,
      {
        r: [flushed?.roadId, ...found.roads.nodes.map(({ id }: { id: string }) => id)].map((id) => ({
          __typename: 'Road',
          id,
        })),
        date: flushed?.day,
      },
    );
    expect(errors).toBeUndefined();
    // Roads, runs, steps, vehicles, crews.
    expect(sanitation.statements()).toHaveLength(5);
    const [run] = data._entities[0].runs.nodes;
    expect(run.status).toBe('COMPLETED');
    expect(run.steps.map((step: { kind: string }) => step.kind)).toEqual(cleaningStepKinds);
    for (const [index, step] of run.steps.entries()) {
      if (index > 0) expect(step.startedAt >= run.steps[index - 1].completedAt).toBe(true);
    }
  });
});
