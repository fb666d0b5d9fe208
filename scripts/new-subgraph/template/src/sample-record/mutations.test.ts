import { addDays, today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRecord, writableSampleRecords } from './testing.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSampleRecords();
});
afterAll(() => server.stop());

const listed = async () => {
  const { data } = await server.request('{ sampleRecords(within: "410105") { totalCount nodes { id } } }');
  expect(data.sampleRecords.nodes).toHaveLength(data.sampleRecords.totalCount);
  return data.sampleRecords.nodes.map((node: { id: string }) => node.id);
};

/** How many results are of each type. */
const typesOf = (answers: { result: { __typename: string } }[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ result }) => result.__typename)].map(([type, { length }]) => [type, length]),
  );

describe('a sample record', () => {
  it('is registered, edited and closed, with an event for each, and is no longer listed', async () => {
    const { result } = await server.write('registerSampleRecord', newRecord);
    expect(result).toMatchObject({
      status: 'ACTIVE',
      version: 1,
      name: newRecord.name,
      contactPhone: '000****0123',
      registeredOn: today(),
      closedOn: null,
    });
    const sampleRecordId = result.id;
    const edit = { sampleRecordId, version: 1, name: '示例记录二', kind: 'OTHER' };
    expect((await server.write('updateSampleRecord', edit)).result).toMatchObject({
      version: 2,
      name: '示例记录二',
      kind: 'OTHER',
    });
    expect(await listed()).toEqual([sampleRecordId]);
    expect((await server.write('closeSampleRecord', { sampleRecordId })).result).toMatchObject({
      status: 'CLOSED',
      closedOn: today(),
    });
    expect(await listed()).toEqual([]);
    expect(await eventsOf(server, sampleRecordId)).toEqual([
      { action: 'registerSampleRecord', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateSampleRecord', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'closeSampleRecord', fromStatus: 'ACTIVE', toStatus: 'CLOSED' },
    ]);
    expect(await server.sql`select * from tally_recount()`).toEqual([]);
  });

  it('is not edited from an old version, nor once closed', async () => {
    const sampleRecordId = (await server.write('registerSampleRecord', newRecord)).result.id;
    const edits = ['一', '二', '三'].map((name) =>
      server.write('updateSampleRecord', { sampleRecordId, version: 1, name }),
    );
    expect(typesOf(await Promise.all(edits))).toEqual({ SampleRecord: 1, VersionConflict: 2 });
    const closings = await Promise.all([
      server.write('closeSampleRecord', { sampleRecordId }),
      server.write('closeSampleRecord', { sampleRecordId }),
    ]);
    expect(typesOf(closings)).toEqual({ SampleRecord: 1, InvalidTransition: 1 });
    const late = await server.write('updateSampleRecord', { sampleRecordId, version: 3, name: '四' });
    expect(late.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED' });
    expect(await eventsOf(server, sampleRecordId)).toHaveLength(3);
  });

  it('is registered once with an idempotency key', async () => {
    const input = { ...newRecord, idempotencyKey: 'once' };
    const [first, second] = [
      await server.write('registerSampleRecord', input),
      await server.write('registerSampleRecord', input),
    ];
    expect(second.result).toEqual(first.result);
    expect(await eventsOf(server, first.result.id)).toHaveLength(1);
  });

  it('is refused with invalid input', async () => {
    for (const change of [
      { name: ' ' },
      { contactPhone: 'none' },
      { divisionCode: 'x' },
      { divisionCode: '410105007' },
      { registeredOn: addDays(today(), 1) },
    ])
      expect((await server.write('registerSampleRecord', { ...newRecord, ...change })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('closeSampleRecord', { sampleRecordId: 'x' })).code).toBe('NO_SUCH_RECORD');
    const sampleRecordId = (await server.write('registerSampleRecord', newRecord)).result.id;
    const early = { sampleRecordId, closedOn: addDays(today(), -1) };
    expect((await server.write('closeSampleRecord', early)).code).toBe('BAD_USER_INPUT');
  });

  it('is written only with the scope, and only in the divisions of the viewer', async () => {
    const viewers = [
      await headersOf({ roles: ['analyst'], divisions: ['410105'] }),
      await headersOf({ scopes: ['place:write'], divisions: ['410102'] }),
    ];
    for (const headers of viewers)
      expect((await server.write('registerSampleRecord', newRecord, headers)).code).toBe('FORBIDDEN');
    const { result } = await server.write(
      'registerSampleRecord',
      newRecord,
      await headersOf({ scopes: ['place:write'], divisions: ['410105'] }),
    );
    expect(result).toMatchObject({ __typename: 'SampleRecord' });
  });
});
