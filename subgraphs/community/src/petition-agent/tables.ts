// Petition agents: persons on duty of a division who take petitions on behalf of residents.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const petitionAgentStatuses = ['ACTIVE', 'CLOSED'] as const;

export const petitionAgent = pgTable(
  'petition_agent',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    // Lists use this order: an order by community would reveal who is on duty in which.
    subdistrictCode: divisionCode('subdistrict_code')
      .generatedAlwaysAs(sql`left(division_code, 9)`)
      .notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    phone: encryptedColumn('phone').notNull(),
    status: text('status', { enum: petitionAgentStatuses }).notNull().default('ACTIVE'),
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('petition_agent', table),
    registrationKeyOnce('petition_agent', table),
    encryptedColumnCheck('petition_agent', [table.phone]),
    oneOf('petition_agent_status', table.status, petitionAgentStatuses),
    check('petition_agent_name', sql`length(btrim(${table.name})) between 1 and 100`),
    check('petition_agent_closed', sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null)`),
    index('petition_agent_contact_due').on(table.closedOn).where(sql`status = 'CLOSED' and name <> '已删除'`),
    uniqueIndex('petition_agent_division').on(table.divisionCode, table.id),
    uniqueIndex('petition_agent_subdistrict').on(table.subdistrictCode, table.id),
  ],
);

export type PetitionAgent = typeof petitionAgent.$inferSelect;

export const encryptedPetitionAgent = encryptedTable<PetitionAgent>({
  table: 'petition_agent',
  columns: { phone: 'text' },
});
