// Where elders are cared for: at home in a household, or in an institution with a bed for them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caring, type ElderSubgraph, elderSubgraph, person } from './testing.ts';

let server: ElderSubgraph;
beforeAll(async () => {
  server = await elderSubgraph({ Elder: 'id', CareInstitution: 'id', CareWorker: 'id' });
});
afterAll(() => server.stop());

describe('a registered elder', () => {
  it('with care at home belongs to a household, which two may share', async () => {
    const before = await server.counts();
    const first = await server.register({ careMode: 'HOME', careWorkerId: await server.insertWorker() });
    await server.register({ careMode: 'HOME', sameHouseholdAs: first.id });
    await server.register({ careMode: 'HOME' });
    expect(await server.counts()).toEqual({
      ...before,
      elders: before.elders + 3,
      home_care_recipients: before.home_care_recipients + 3,
      home_care_households: before.home_care_households + 2,
    });
    expect(await server.recount()).toHaveLength(0);
    const alone = await server.register();
    const wrong = { ...person(), careMode: 'HOME', sameHouseholdAs: alone.id };
    expect((await server.write('registerElder', wrong, caring)).code).toBe('BAD_USER_INPUT');
  });

  it('gets the last bed of an institution alone, with concurrent registrations', async () => {
    const careInstitutionId = await server.insertInstitution(2);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => server.register({ careMode: 'INSTITUTION', careInstitutionId })),
    );
    const types = answers.map(({ __typename }) => __typename).sort();
    expect(types).toEqual([...Array(4).fill('CareInstitutionFull'), 'Elder', 'Elder']);
    expect(await server.recount()).toHaveLength(0);
  });

  it('cannot refer to a closed institution or worker', async () => {
    const careInstitutionId = await server.insertInstitution(2);
    const careWorkerId = await server.insertWorker();
    await server.write('closeCareInstitution', { careInstitutionId });
    await server.write('closeCareWorker', { careWorkerId });
    const moved = await server.register({ careMode: 'INSTITUTION', careInstitutionId });
    expect(moved.__typename).toBe('CareInstitutionClosed');
    expect((await server.register({ careWorkerId })).__typename).toBe('CareWorkerClosed');
  });
});

describe('an edited elder', () => {
  it('moves between home and institutions, and the counts follow', async () => {
    const before = await server.counts();
    const [one, other] = [await server.insertInstitution(1), await server.insertInstitution(1)];
    const { id: elderId } = await server.register({ careMode: 'HOME' });
    const edit = async (input: Record<string, unknown>) => {
      const { version } = (await server.storedElder(elderId)) as { version: number };
      return (await server.write('updateElder', { elderId, version, ...input }, caring)).result.__typename;
    };
    expect(await edit({ careMode: 'INSTITUTION', careInstitutionId: one })).toBe('Elder');
    expect(await edit({ careInstitutionId: other })).toBe('Elder');
    expect(await server.storedElder(elderId)).toMatchObject({ householdId: null, careInstitutionId: other });
    const counts =
      await server.sql`select residents_count from care_institution where id in (${one}, ${other}) order by id = ${one}`;
    expect(counts.map(({ residentsCount }) => residentsCount)).toEqual([1, 0]);
    // A household of the community that the elder has moved to, not the previous one.
    expect(await edit({ careMode: 'HOME' })).toBe('Elder');
    const { householdId } = (await server.storedElder(elderId)) as { householdId: string };
    expect(await edit({ divisionCode: '410105007004' })).toBe('Elder');
    expect((await server.storedElder(elderId))?.householdId).not.toBe(householdId);
    expect(await edit({ careMode: null })).toBe('Elder');
    expect(await server.counts()).toEqual({ ...before, elders: before.elders + 1 });
    expect(await server.recount()).toHaveLength(0);
    await server.register({ careMode: 'INSTITUTION', careInstitutionId: one });
    expect(await edit({ careMode: 'INSTITUTION', careInstitutionId: one })).toBe('CareInstitutionFull');
  });

  it('cannot move to a closed institution or worker', async () => {
    const { id: elderId } = await server.register();
    const careInstitutionId = await server.insertInstitution(2);
    const careWorkerId = await server.insertWorker();
    await server.write('closeCareInstitution', { careInstitutionId });
    await server.write('closeCareWorker', { careWorkerId });
    const edit = async (changes: object) =>
      (await server.write('updateElder', { elderId, version: 1, ...changes }, caring)).result.__typename;
    expect(await edit({ careMode: 'INSTITUTION', careInstitutionId })).toBe('CareInstitutionClosed');
    expect(await edit({ careWorkerId })).toBe('CareWorkerClosed');
  });
});
