import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type VolunteerSubgraph, volunteerSubgraph } from '../volunteer-participation/testing.ts';

let server: VolunteerSubgraph;
beforeAll(async () => {
  server = await volunteerSubgraph();
});
afterAll(() => server.stop());

const elderId = '01a1fc14-c3c1-7069-8000-0000000000e1';
const resident = (sub: string, elder?: string, purpose?: string) =>
  headersOf({ sub, roles: ['resident'], divisions: ['410105'], elder }, purpose);
const own = async (headers: Record<string, string>) =>
  server.request(
    `{ viewer { id volunteer { id name phone cardNumber status hoursConfirmed stars teams { id }
      participations { totalCount nodes { id status service { id } volunteer { id } } } } } }`,
    {},
    headers,
  );

describe('the viewer as a volunteer', () => {
  it('sees their own record, masked until they declare a purpose, and their participations', async () => {
    const volunteerId = await server.register({ subject: 'own-one' });
    const serviceId = await server.plan();
    const { id } = await server.signUp(serviceId, null, await resident('own-one'));
    const masked = await own(await resident('own-one'));
    expect(masked.errors).toBeUndefined();
    expect(masked.data.viewer).toMatchObject({
      id: 'own-one',
      volunteer: {
        id: volunteerId,
        name: '示****',
        phone: '000****0001',
        participations: {
          totalCount: 1,
          nodes: [{ id, status: 'SIGNED_UP', service: { id: serviceId }, volunteer: { id: volunteerId } }],
        },
      },
    });
    const plain = await own(await resident('own-one', undefined, 'DATA_SUBJECT_REQUEST'));
    expect(plain.data.viewer.volunteer).toMatchObject({ name: '示例志愿者', phone: '00000000001' });
    const { data, errors } = await server.request(
      `{ volunteerParticipation(id: "${id}") { status } }`,
      {},
      await resident('own-two'),
    );
    expect([data.volunteerParticipation, errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
  });

  it('is known as an elder, too, and after a withdrawal', async () => {
    const volunteerId = await server.register({ elderId });
    await server.write('withdrawVolunteer', { volunteerId });
    const { data } = await own(await resident('elder-one', elderId));
    expect(data.viewer.volunteer).toMatchObject({ id: volunteerId, status: 'WITHDRAWN' });
  });

  it('is null for others, and does not exist for anonymous clients', async () => {
    const { data, errors } = await own(await resident('own-none'));
    expect([errors, data.viewer.volunteer]).toEqual([undefined, null]);
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { volunteer { id } } }' }),
    });
    expect(await response.json()).toEqual({ data: { viewer: null } });
  });
});
