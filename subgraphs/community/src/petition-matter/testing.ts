// What the tests of petition matters share: a subgraph with a database of its own, agents, petitioners, and viewers.
import { type Scope, scopes } from '@district-graph/kit/identity/roles';
import { headersOf } from '@district-graph/kit/testing/identity';
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph } from '../subgraph.ts';

export const community = '410105007003';
export const subdistrict = '410105007';
export const unknownId = '01a1fc14-c3c1-7069-8000-000000000099';

/** Values of a petitioner that occur nowhere else, and of what they ask for. */
export const secrets = {
  name: '欧阳秘甲',
  phone: '13911110001',
  address: '郑州市金水区南阳新村街道秘巷七号',
  idNumber: '410105194003120019',
  description: '秘述戊',
};

export const secretsIn = (text: string): string[] =>
  [...Object.values(secrets), '秘巷七号', '秘文乙', '秘复丙', '秘由丁', '秘注己'].filter((secret) =>
    text.includes(secret),
  );

const { description, ...petitioner } = secrets;

/** The input of a matter with every value. */
export const matter = (input: Record<string, unknown> = {}) => ({
  divisionCode: community,
  kind: 'WAGES',
  petitioner,
  description,
  ...input,
});

/** The headers of a viewer with all scopes and a purpose. */
export const handling = await headersOf(
  {
    sub: 'tester',
    roles: ['petition-agent'],
    scopes: Object.keys(scopes) as Scope[],
    divisions: ['410100', '419900'],
  },
  'PETITION_HANDLING',
);

/** The headers of an agent of some divisions, who declares a purpose unless it is null. */
export const agentHeaders = (
  sub: string,
  purpose: string | null = 'PETITION_HANDLING',
  divisions: readonly string[] = ['410105'],
) => headersOf({ sub, roles: ['petition-agent'], divisions }, purpose ?? undefined);

export interface PetitionSubgraph extends WritableSubgraph {
  /** Registers an agent of the district and returns the id. */
  newAgent: (divisionCode?: string) => Promise<string>;
  /** Takes a matter and returns the id. */
  newMatter: (input?: Record<string, unknown>) => Promise<string>;
  /** Takes a matter and leads it to a status, with an agent. */
  matterIn: (
    status: 'AGENT_ASSIGNED' | 'TRANSFERRED' | 'REPLIED' | 'CLOSED',
    input?: Record<string, unknown>,
  ) => Promise<string>;
  stored: (id: string) => Promise<Record<string, unknown>>;
  /** The rows in which the rollup differs from the matters. */
  recount: () => Promise<readonly object[]>;
}

/** Serves the subgraph as `writableSubgraph` does. */
export async function petitionSubgraph(
  selections: Record<string, string> = {
    PetitionMatter: 'id status version',
    PetitionAgent: 'id status version',
  },
): Promise<PetitionSubgraph> {
  const server = await writableSubgraph(subgraph, selections);
  const { sql, write } = server;
  const done = async (action: string, input: Record<string, unknown>): Promise<string> => {
    const { result, code } = await write(action, input, handling);
    if (!result?.id) throw new Error(`${action}: ${JSON.stringify({ result, code })}`);
    return result.id;
  };
  const newAgent = (divisionCode = community) =>
    done('registerPetitionAgent', { divisionCode, name: '诸葛秘丙', phone: '13911110003' });
  const newMatter = (input = {}) => done('receivePetitionMatter', { channel: 'IN_PERSON', ...matter(input) });
  return {
    ...server,
    newAgent,
    newMatter,
    matterIn: async (status, input = {}) => {
      const petitionMatterId = await newMatter(input);
      const steps = {
        AGENT_ASSIGNED: async () =>
          done('assignPetitionAgent', { petitionMatterId, petitionAgentId: await newAgent() }),
        TRANSFERRED: () =>
          done('transferPetitionMatter', { petitionMatterId, bureau: '示例局', transferText: '秘文乙' }),
        REPLIED: () => done('recordPetitionReply', { petitionMatterId, reply: '秘复丙' }),
        CLOSED: () => done('closePetitionMatter', { petitionMatterId, outcome: 'RESOLVED' }),
      };
      for (const [name, step] of Object.entries(steps)) {
        await step();
        if (name === status) break;
      }
      return petitionMatterId;
    },
    stored: async (id) => {
      const [row] = await sql`select * from petition_matter where id = ${id}`;
      return row ?? {};
    },
    recount: () => sql`select * from tally_recount()`,
  };
}
