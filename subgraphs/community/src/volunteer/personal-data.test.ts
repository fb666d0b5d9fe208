// How long the data of volunteers who have withdrawn are kept.
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { type VolunteerSubgraph, volunteerSubgraph } from '../volunteer-participation/testing.ts';

let server: VolunteerSubgraph;
beforeAll(async () => {
  server = await volunteerSubgraph();
});
afterAll(() => server.stop());

const elderId = '01a1fc14-c3c1-7069-8000-0000000000e4';

it('keeps card number and hours 3 years after the withdrawal, and nothing that leads to the person', async () => {
  const withdrawn = async (ago: string, link: Record<string, string>) => {
    const id = await server.register(link);
    await server.sql`
      update volunteer set status = 'WITHDRAWN', withdrawn_on = (now() - ${ago}::interval)::date where id = ${id}`;
    return id;
  };
  const over = await withdrawn('3 years 2 days', { subject: 'left', elderId });
  const kept = await withdrawn('2 years', { subject: 'left lately', elderId });
  const stored = async (id: string) =>
    (
      await server.sql`select name, phone, elder_id, owned_by, card_number from volunteer where id = ${id}`
    )[0];
  const options = { sql: server.sql, keyring: developmentKeyring };
  expect(await sweep(subgraph, options)).toEqual([{ table: 'volunteer', rows: 1 }]);
  expect(await stored(over)).toEqual({
    name: '已删除',
    phone: null,
    elderId: null,
    ownedBy: null,
    cardNumber: expect.any(String),
  });
  expect(await stored(kept)).toMatchObject({ elderId, ownedBy: 'left lately' });
  expect(await sweep(subgraph, options)).toEqual([]);
  expect(await server.recount()).toEqual([]);
});
