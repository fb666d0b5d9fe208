// What the tests of elders share: a subgraph with a database of its own, made-up people, and the rows that elders refer to.
import { newId } from '@district-graph/kit/database/ids';
import { trusted } from '@district-graph/kit/testing/identity';
import { type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { insertCareWorker } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { checkDigitOf } from './id-number.ts';

export const community = '410105007003';
export const unknownId = '01a1fc14-c3c1-7069-8000-000000000099';

/** The headers of a viewer with all scopes and a purpose. */
export const caring = { ...trusted, 'x-purpose': 'CARE' };

let serial = 0;

/** A made-up identity number: the district and the day exist, the serial number is the next one. */
export function idNumber(birthDay = '19400101'): string {
  serial += 1;
  const digits = `410105${birthDay}${String(serial).padStart(3, '0')}`;
  return `${digits}${checkDigitOf(digits)}`;
}

/** The input of a registration, with an identity number of its own. */
export const person = () => ({
  divisionCode: community,
  name: '示例老人',
  idNumber: idNumber(),
  phone: '00000000001',
  address: '郑州市金水区南阳路街道 示例路 1 号',
  livingArrangement: 'ALONE',
});

export interface ElderSubgraph extends WritableSubgraph {
  /** Registers a person; the input replaces values of `person()`. */
  register: (input?: Record<string, unknown>) => Promise<{ id: string; __typename: string }>;
  storedElder: (id: string) => Promise<Record<string, unknown> | undefined>;
  /** Inserts a care worker of the district and returns the id. */
  insertWorker: () => Promise<string>;
  /** Inserts an institution with that many beds and returns its id. */
  insertInstitution: (beds: number, divisionCode?: string) => Promise<string>;
  /** What the rollup counts in the district. */
  counts: () => Promise<Record<ElderMetric, number>>;
  /** The rows in which the rollup differs from the elders. */
  recount: () => Promise<readonly object[]>;
}

const elderMetrics = [
  'elders',
  'home_care_recipients',
  'home_care_households',
  'institution_residents',
] as const;
type ElderMetric = (typeof elderMetrics)[number];

/** Serves the subgraph as `writableSubgraph` does. */
export async function elderSubgraph(selections: Record<string, string>): Promise<ElderSubgraph> {
  const server = await writableSubgraph(subgraph, selections);
  const { sql, write } = server;
  return {
    ...server,
    register: async (input = {}) => (await write('registerElder', { ...person(), ...input }, caring)).result,
    storedElder: async (id) => {
      const [row] = await sql`select * from elder where id = ${id}`;
      return row;
    },
    insertWorker: async () => {
      const id = newId('410105');
      await insertCareWorker(sql, { id, divisionCode: '410105' });
      return id;
    },
    insertInstitution: async (beds, divisionCode = community) => {
      const id = newId(divisionCode);
      await sql`insert into care_institution (id, division_code, name, kind, beds, phone, opened_on, longitude, latitude)
        values (${id}, ${divisionCode}, '示例', 'PRIVATE_HOME', ${beds}, '0371-0', '2020-01-01', 113.68, 34.79)`;
      return id;
    },
    counts: async () => {
      const rows = await sql<{ metric: ElderMetric; amount: number }[]>`
        select metric, sum(amount)::bigint as amount from tally
        where division_code = '410105' and metric = any(${[...elderMetrics]}::text[]) group by 1`;
      const counts = {
        elders: 0,
        home_care_recipients: 0,
        home_care_households: 0,
        institution_residents: 0,
      };
      for (const { metric, amount } of rows) counts[metric] = amount;
      return counts;
    },
    recount: () => sql`select * from tally_recount()`,
  };
}
