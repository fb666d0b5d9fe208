// Incidents and their timelines.
import {
  divisionCode,
  homeChecks,
  id,
  location,
  locationCheck,
  oneOf,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { securityDevice } from '../security-device/tables.ts';

export const incidentKinds = [
  'LOST_PERSON',
  'HELP_CALL',
  'MEDICAL',
  'SITE_FIRE',
  'THEFT',
  'DISTURBANCE',
  'TRAFFIC',
  'PUBLIC_FACILITY',
  'DISPUTE',
  'OTHER',
] as const;
/**
 * Kinds that concern things and name no elder. All others concern persons: their location is shown coarsely, and
 * their notes are not shown.
 */
const impersonalKinds: readonly string[] = ['SITE_FIRE', 'TRAFFIC', 'PUBLIC_FACILITY'];

/** Whether the incident is about a person: then only fields that reveal nothing about the person are shown. */
export const isPersonal = ({ kind, elderId }: Pick<Incident, 'kind' | 'elderId'>): boolean =>
  elderId !== null || !impersonalKinds.includes(kind);
export const incidentStatuses = [
  'RAISED',
  'ACKNOWLEDGED',
  'DISPATCHED',
  'RESOLVED',
  'CLOSED',
  'FALSE_ALARM',
] as const;
export const incidentOutcomes = ['CASE', 'LIVELIHOOD', 'ASSISTANCE'] as const;
/** GB/T 28181 AlarmMethod, 1 to 7 in this order. */
export const alarmMethods = ['PHONE', 'DEVICE', 'SMS', 'GPS', 'VIDEO', 'DEVICE_FAULT', 'OTHER'] as const;
export const timelineActions = [
  'RAISED',
  'ACKNOWLEDGED',
  'DISPATCHED',
  'NOTE',
  'RESOLVED',
  'CLOSED',
  'FALSE_ALARM',
] as const;

/** Whole seconds: the instants of lists are part of cursors, which contain no fractions. */
const second = (name: string) => timestamp(name, { withTimezone: true, mode: 'string', precision: 0 });

export const incident = pgTable(
  'incident',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    kind: text('kind', { enum: incidentKinds }).notNull(),
    severity: smallint('severity').notNull(),
    status: text('status', { enum: incidentStatuses }).notNull().default('RAISED'),
    outcome: text('outcome', { enum: incidentOutcomes }),
    description: text('description'),
    ...location(),
    sourceDeviceId: uuid('source_device_id').references(() => securityDevice.id),
    alarmMethod: text('alarm_method', { enum: alarmMethods }),
    alarmType: smallint('alarm_type'),
    /** The key of an Elder of the elderly-care subgraph. */
    elderId: uuid('elder_id'),
    peopleAssisted: integer('people_assisted').notNull().default(0),
    suspectsCaught: integer('suspects_caught').notNull().default(0),
    raisedAt: second('raised_at').notNull(),
    acknowledgedAt: second('acknowledged_at'),
    dispatchedAt: second('dispatched_at'),
    resolvedAt: second('resolved_at'),
    closedAt: second('closed_at'),
    falseAlarmAt: second('false_alarm_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('incident', table),
    locationCheck('incident', table),
    oneOf('incident_kind', table.kind, incidentKinds),
    oneOf('incident_status', table.status, incidentStatuses),
    oneOf('incident_outcome', table.outcome, incidentOutcomes),
    oneOf('incident_alarm_method', table.alarmMethod, alarmMethods),
    check('incident_severity', sql`${table.severity} between 1 and 4`),
    // GB/T 28181: a type is meaningful only with its method.
    check(
      'incident_alarm_type',
      sql`${table.alarmType} is null or (${table.alarmMethod} is not null and ${table.alarmType} between 1 and
        case ${table.alarmMethod} when 'DEVICE' then 5 when 'VIDEO' then 12 when 'DEVICE_FAULT' then 2 else 0 end)`,
    ),
    check(
      'incident_status_instants',
      sql`case ${table.status}
        when 'RAISED' then num_nonnulls(${table.acknowledgedAt}, ${table.dispatchedAt}, ${table.resolvedAt}, ${table.closedAt}, ${table.falseAlarmAt}) = 0
        when 'ACKNOWLEDGED' then ${table.acknowledgedAt} is not null
          and num_nonnulls(${table.dispatchedAt}, ${table.resolvedAt}, ${table.closedAt}, ${table.falseAlarmAt}) = 0
        when 'DISPATCHED' then num_nulls(${table.acknowledgedAt}, ${table.dispatchedAt}) = 0
          and num_nonnulls(${table.resolvedAt}, ${table.closedAt}, ${table.falseAlarmAt}) = 0
        when 'RESOLVED' then num_nulls(${table.acknowledgedAt}, ${table.dispatchedAt}, ${table.resolvedAt}) = 0
          and num_nonnulls(${table.closedAt}, ${table.falseAlarmAt}) = 0
        when 'CLOSED' then num_nulls(${table.acknowledgedAt}, ${table.dispatchedAt}, ${table.resolvedAt}, ${table.closedAt}) = 0
          and ${table.falseAlarmAt} is null
        else ${table.falseAlarmAt} is not null and num_nonnulls(${table.resolvedAt}, ${table.closedAt}) = 0
          and (${table.dispatchedAt} is null or ${table.acknowledgedAt} is not null) end`,
    ),
    // greatest() ignores nulls, so each instant is compared with all that come before it.
    check(
      'incident_instants_in_order',
      sql`${table.acknowledgedAt} >= ${table.raisedAt} and ${table.dispatchedAt} >= ${table.acknowledgedAt}
      and ${table.resolvedAt} >= ${table.dispatchedAt} and ${table.closedAt} >= ${table.resolvedAt}
      and ${table.falseAlarmAt} >= greatest(${table.raisedAt}, ${table.acknowledgedAt}, ${table.dispatchedAt})`,
    ),
    check(
      'incident_outcome_when_resolved',
      sql`(${table.outcome} is not null) = (${table.status} in ('RESOLVED', 'CLOSED'))`,
    ),
    check(
      'incident_people',
      sql`${table.peopleAssisted} >= 0 and (${table.peopleAssisted} = 0 or ${table.outcome} is not null)`,
    ),
    check(
      'incident_suspects',
      sql`${table.suspectsCaught} >= 0 and (${table.suspectsCaught} = 0 or coalesce(${table.outcome} = 'CASE', false))`,
    ),
    index('incident_source_device').on(table.sourceDeviceId).where(sql`source_device_id is not null`),
  ],
);

/** The timeline: rows are appended, never changed; a trigger enforces it. */
export const incidentTimeline = pgTable(
  'incident_timeline',
  {
    incidentId: uuid('incident_id')
      .notNull()
      .references(() => incident.id),
    sequence: smallint('sequence').notNull(),
    at: second('at').notNull(),
    /** A bureau, desk or team, never a person. The change event records whose token it was. */
    actor: text('actor').notNull(),
    action: text('action', { enum: timelineActions }).notNull(),
    note: text('note'),
  },
  (table) => [
    primaryKey({ columns: [table.incidentId, table.sequence] }),
    check('incident_timeline_sequence', sql`${table.sequence} > 0`),
    oneOf('incident_timeline_action', table.action, timelineActions),
  ],
);

export type Incident = typeof incident.$inferSelect;
export type IncidentTimelineRow = typeof incidentTimeline.$inferSelect;
