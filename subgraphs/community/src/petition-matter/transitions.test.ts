import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handling, type PetitionSubgraph, petitionSubgraph, unknownId } from './testing.ts';

let server: PetitionSubgraph;
beforeAll(async () => {
  server = await petitionSubgraph({
    PetitionMatter: 'id status version',
    PetitionAgent: 'id status version',
    InvalidTransition: 'message from to',
  });
});
afterAll(() => server.stop());

const write = (action: string, input: Record<string, unknown>) => server.write(action, input, handling);

describe('an agent', () => {
  it('of another district, unknown or no longer on duty is assigned no matter', async () => {
    const petitionMatterId = await server.newMatter();
    const elsewhere = await server.newAgent('410102001002');
    const left = await server.newAgent();
    await write('closePetitionAgent', { petitionAgentId: left });
    const assign = (petitionAgentId: string) =>
      write('assignPetitionAgent', { petitionMatterId, petitionAgentId });
    expect((await assign(elsewhere)).code).toBe('BAD_USER_INPUT');
    expect((await assign(unknownId)).code).toBe('NO_SUCH_RECORD');
    expect((await assign(left)).result.__typename).toBe('PetitionAgentClosed');
    expect(await eventsOf(server, petitionMatterId)).toHaveLength(1);
  });

  it.each(['AGENT_ASSIGNED', 'TRANSFERRED', 'REPLIED'] as const)(
    'is replaced while the matter is %s, which it stays, and can leave then',
    async (status) => {
      const petitionMatterId = await server.matterIn(status);
      const { agentId: former } = await server.stored(petitionMatterId);
      const close = () => write('closePetitionAgent', { petitionAgentId: former });
      expect((await close()).result.__typename).toBe('PetitionAgentInCharge');
      const petitionAgentId = await server.newAgent();
      const { result } = await write('assignPetitionAgent', { petitionMatterId, petitionAgentId });
      expect(result).toMatchObject({ __typename: 'PetitionMatter', status });
      expect(await server.stored(petitionMatterId)).toMatchObject({ agentId: petitionAgentId });
      expect((await close()).result.status).toBe('CLOSED');
    },
  );

  it('is not replaced once the matter is closed', async () => {
    const petitionMatterId = await server.matterIn('CLOSED');
    const petitionAgentId = await server.newAgent();
    expect((await write('assignPetitionAgent', { petitionMatterId, petitionAgentId })).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'CLOSED',
    });
  });
});
