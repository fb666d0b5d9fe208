import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { petitionAgentImport } from './import.ts';
import { encryptedPetitionAgent, type PetitionAgent } from './tables.ts';

let bench: ImportBench;
beforeAll(async () => {
  bench = await importBench(subgraph);
});
afterAll(() => bench.stop());

const row = (cells: Record<string, string | undefined> = {}) => rowOf(petitionAgentImport, cells);

it('registers the agents of a file, encrypted, then changes those that differ', async () => {
  expect(await bench.run(petitionAgentImport, [row()])).toMatchObject({ created: 1, rejected: 0 });
  const [agent] = await bench.sql<PetitionAgent[]>`select * from petition_agent`;
  if (!agent) throw new Error('no agent');
  expect(agent).toMatchObject({ name: '示例人员', status: 'ACTIVE', version: 1 });
  expect(encryptedPetitionAgent.decrypt(developmentKeyring, agent, 'phone')).toBe('00000000001');
  expect(await bench.run(petitionAgentImport, [row()])).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 1,
  });
  expect(await bench.run(petitionAgentImport, [row({ phone: '00000000002' })])).toMatchObject({ updated: 1 });
  const events = await bench.sql<{ action: string }[]>`select action from change_event order by sequence`;
  expect(events.map(({ action }) => action)).toEqual(['importPetitionAgent', 'importPetitionAgent']);
  expect(await bench.recount()).toEqual([]);
});

it.each([
  ['a name that is empty', { name: '' }, 'name'],
  ['a telephone number with letters', { phone: '秘电话甲' }, 'phone'],
  ['a division that the register does not have', { divisionCode: '410105001999' }, 'divisionCode'],
  ['no registration number', { registrationKey: '' }, 'registrationKey'],
  ['a key of no agent', { registrationKey: 'DB-9', id: '01a1fc14-c3c1-7069-8000-000000000099' }, 'id'],
])('rejects a row with %s, without its values in the report', async (_what, cells, column) => {
  const report = await bench.run(petitionAgentImport, [row({ registrationKey: 'DB-410105-002', ...cells })], {
    rejectsFile: bench.rejectsFile,
  });
  expect(report).toMatchObject({ created: 0, rejected: 1 });
  const text = JSON.stringify(report);
  expect(text).toContain(column);
  expect(text).not.toContain('秘电话甲');
});

it('does not bring back an agent who has left', async () => {
  await bench.sql`update petition_agent set status = 'CLOSED', closed_on = current_date`;
  expect(await bench.run(petitionAgentImport, [row({ name: '示例另名' })])).toMatchObject({
    updated: 0,
    rejected: 1,
  });
});
