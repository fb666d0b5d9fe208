// Petition matters taken by an agent for a petitioner, with their steps: rows of a timeline that is only appended to.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  oneOf,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { petitionAgent } from '../petition-agent/tables.ts';

/**
 * The periods of the Regulations on Petition Work (信访工作条例, 2022), in days. They are not compared with its text. All are counted from the
 * receipt of a matter, which is never later than its acceptance.
 */
export const petitionPeriods = {
  /** Until the petitioner is notified whether the matter is accepted (受理告知). */
  accept: 15,
  /** Until the matter is settled (办结). */
  settle: 60,
  /** The longest extension of the settlement, once and with a reason. */
  extension: 30,
} as const;

export const petitionKinds = [
  'WAGES',
  'HOUSING',
  'PROPERTY_MANAGEMENT',
  'NEIGHBOUR_DISPUTE',
  'SOCIAL_SECURITY',
  'ENVIRONMENT',
  'TRAFFIC',
  'OTHER',
] as const;
export const petitionChannels = ['IN_PERSON', 'LETTER', 'PHONE', 'ONLINE'] as const;
export const petitionStatuses = [
  'RECEIVED',
  'AGENT_ASSIGNED',
  'TRANSFERRED',
  'REPLIED',
  'CLOSED',
  'WITHDRAWN',
] as const;
export const petitionOutcomes = ['RESOLVED', 'PARTLY_RESOLVED', 'EXPLAINED', 'NOT_ACCEPTED'] as const;
export const petitionActions = [
  'RECEIVED',
  'AGENT_ASSIGNED',
  'ACCEPTED',
  'TRANSFERRED',
  'EXTENDED',
  'NOTE',
  'REPLIED',
  'CLOSED',
  'WITHDRAWN',
] as const;

export const petitionMatter = pgTable(
  'petition_matter',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    agentId: uuid('agent_id').references(() => petitionAgent.id),
    kind: text('kind', { enum: petitionKinds }).notNull(),
    channel: text('channel', { enum: petitionChannels }).notNull(),
    status: text('status', { enum: petitionStatuses }).notNull().default('RECEIVED'),
    petitionerName: encryptedColumn('petitioner_name').notNull(),
    petitionerPhone: encryptedColumn('petitioner_phone'),
    petitionerAddress: encryptedColumn('petitioner_address'),
    petitionerIdNumber: encryptedColumn('petitioner_id_number'),
    /** How many persons petition together. */
    petitioners: integer('petitioners').notNull().default(1),
    /** The key of an Elder of the elderly-care subgraph. */
    elderId: uuid('elder_id'),
    /** The subject of the token that submitted the matter for itself; null for a matter that an agent has taken. */
    ownedBy: text('owned_by'),
    description: encryptedColumn('description').notNull(),
    /** Everything that the bureau learns of the matter, without the petitioner. */
    transferText: encryptedColumn('transfer_text'),
    transferBureau: text('transfer_bureau'),
    reply: encryptedColumn('reply'),
    outcome: text('outcome', { enum: petitionOutcomes }),
    peopleConcerned: integer('people_concerned').notNull().default(0),
    recoveredFen: bigint('recovered_fen', { mode: 'number' }).notNull().default(0),
    receivedOn: date('received_on', { mode: 'string' }).notNull(),
    acceptDueOn: date('accept_due_on', { mode: 'string' }).notNull(),
    settleDueOn: date('settle_due_on', { mode: 'string' }).notNull(),
    extendedDays: smallint('extended_days'),
    extensionReason: encryptedColumn('extension_reason'),
    acceptedOn: date('accepted_on', { mode: 'string' }),
    transferredOn: date('transferred_on', { mode: 'string' }),
    repliedOn: date('replied_on', { mode: 'string' }),
    /** When it was closed or withdrawn. */
    finishedOn: date('finished_on', { mode: 'string' }),
    // When everything about the petitioner was deleted.
    petitionerErasedOn: date('petitioner_erased_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('petition_matter', table),
    oneOf('petition_matter_kind', table.kind, petitionKinds),
    oneOf('petition_matter_channel', table.channel, petitionChannels),
    oneOf('petition_matter_status', table.status, petitionStatuses),
    oneOf('petition_matter_outcome', table.outcome, petitionOutcomes),
    encryptedColumnCheck('petition_matter', [
      table.petitionerName,
      table.petitionerPhone,
      table.petitionerAddress,
      table.petitionerIdNumber,
      table.description,
      table.transferText,
      table.reply,
      table.extensionReason,
    ]),
    check('petition_matter_petitioners', sql`${table.petitioners} >= 1`),
    check(
      'petition_matter_agent',
      sql`case ${table.status} when 'RECEIVED' then ${table.agentId} is null
        when 'AGENT_ASSIGNED' then ${table.agentId} is not null
        when 'TRANSFERRED' then ${table.agentId} is not null
        when 'REPLIED' then ${table.agentId} is not null else true end`,
    ),
    check(
      'petition_matter_transferred',
      sql`(${table.transferredOn} is null) = (${table.transferBureau} is null)
      and (${table.status} not in ('TRANSFERRED', 'REPLIED') or ${table.transferredOn} is not null)
      and (${table.status} not in ('RECEIVED', 'AGENT_ASSIGNED') or ${table.transferredOn} is null)`,
    ),
    check(
      'petition_matter_replied',
      sql`(${table.repliedOn} is null or ${table.transferredOn} is not null)
      and (${table.status} <> 'REPLIED' or ${table.repliedOn} is not null)
      and (${table.status} not in ('RECEIVED', 'AGENT_ASSIGNED', 'TRANSFERRED') or ${table.repliedOn} is null)`,
    ),
    check(
      'petition_matter_finished',
      sql`(${table.finishedOn} is not null) = (${table.status} in ('CLOSED', 'WITHDRAWN'))
      and (${table.outcome} is not null) = (${table.status} = 'CLOSED')`,
    ),
    // A matter that was not accepted helped nobody.
    check(
      'petition_matter_result',
      sql`${table.peopleConcerned} >= 0 and ${table.recoveredFen} >= 0
      and (${table.status} = 'CLOSED' or (${table.peopleConcerned} = 0 and ${table.recoveredFen} = 0))
      and (${table.outcome} is distinct from 'NOT_ACCEPTED' or
        (${table.acceptedOn} is null and ${table.peopleConcerned} = 0 and ${table.recoveredFen} = 0))`,
    ),
    check(
      'petition_matter_extended',
      sql`(${table.extendedDays} is null or ${table.extendedDays} >= 1)
      and (${table.extensionReason} is null or ${table.extendedDays} is not null)`,
    ),
    check(
      'petition_matter_days',
      sql`${table.acceptDueOn} >= ${table.receivedOn} and ${table.settleDueOn} >= ${table.acceptDueOn}
      and ${table.acceptedOn} >= ${table.receivedOn} and ${table.transferredOn} >= ${table.receivedOn}
      and ${table.repliedOn} >= ${table.transferredOn}
      and ${table.finishedOn} >= greatest(${table.receivedOn}, ${table.acceptedOn}, ${table.transferredOn}, ${table.repliedOn})`,
    ),
    index('petition_matter_city').on(table.receivedOn, table.id),
    index('petition_matter_district').on(sql`left(division_code, 6)`, table.receivedOn, table.id),
    index('petition_matter_subdistrict').on(sql`left(division_code, 9)`, table.receivedOn, table.id),
    index('petition_matter_community').on(table.divisionCode, table.receivedOn, table.id),
    index('petition_matter_status').on(table.status, table.receivedOn, table.id),
    index('petition_matter_kind').on(table.kind, table.receivedOn, table.id),
    index('petition_matter_agent_due').on(table.agentId, table.settleDueOn, table.id),
    index('petition_matter_elder').on(table.elderId, table.receivedOn, table.id),
    index('petition_matter_owner')
      .on(table.ownedBy, table.receivedOn, table.id)
      .where(sql`owned_by is not null`),
    index('petition_matter_bureau')
      .on(table.transferBureau, table.transferredOn, table.id)
      .where(sql`transfer_bureau is not null`),
    index('petition_matter_archive_due')
      .on(table.finishedOn)
      .where(sql`finished_on is not null and petitioner_erased_on is null`),
  ],
);

/** The steps of a matter. A trigger refuses changes, and deletions while the matter is kept. */
export const petitionStep = pgTable(
  'petition_step',
  {
    matterId: uuid('matter_id')
      .notNull()
      .references(() => petitionMatter.id),
    sequence: smallint('sequence').notNull(),
    /** Whole seconds. */
    at: timestamp('at', { withTimezone: true, mode: 'string', precision: 0 }).notNull(),
    /** A bureau or a role, never a person. */
    actor: text('actor').notNull(),
    action: text('action', { enum: petitionActions }).notNull(),
    note: encryptedColumn('note'),
  },
  (table) => [
    primaryKey({ columns: [table.matterId, table.sequence] }),
    encryptedColumnCheck('petition_step', [table.note]),
    check('petition_step_sequence', sql`${table.sequence} > 0`),
    oneOf('petition_step_action', table.action, petitionActions),
  ],
);

export type PetitionMatter = typeof petitionMatter.$inferSelect;
export type PetitionStep = typeof petitionStep.$inferSelect;

export const encryptedPetitionMatter = encryptedTable<PetitionMatter>({
  table: 'petition_matter',
  columns: {
    petitionerName: 'text',
    petitionerPhone: 'text',
    petitionerAddress: 'text',
    petitionerIdNumber: 'text',
    description: 'text',
    transferText: 'text',
    reply: 'text',
    extensionReason: 'text',
  },
});

export const encryptedPetitionStep = encryptedTable<PetitionStep>({
  table: 'petition_step',
  key: { matterId: 'uuid', sequence: 'smallint' },
  columns: { note: 'text' },
});
