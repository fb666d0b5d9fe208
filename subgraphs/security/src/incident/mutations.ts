// Incidents: raised, taken on step by step, noted. Each step leaves an event and an entry of the timeline.
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { isId, newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { checkHome, checkRange, checkText, laterOf } from '../device-code/input.ts';
import { type DeviceRow, findDevices } from '../security-device/store.ts';
import { appendToTimeline, changeIncident, insertIncident, lockIncident } from './store.ts';
import type { Incident, IncidentTimelineRow } from './tables.ts';
import { incidentTransitions } from './transitions.ts';

const incident = (row: Incident): Written => ({ __typename: 'Incident', ...row });

/** Appends the event of a step and its entry of the timeline, and answers the incident. */
async function told(
  write: Write,
  row: Incident,
  before: Incident['status'] | null,
  entry: Pick<IncidentTimelineRow, 'at' | 'action' | 'note'>,
  detail: Record<string, unknown> = {},
): Promise<Written> {
  await appendToTimeline(write.sql, { incidentId: row.id, actor: write.caller, ...entry });
  await write.record({
    entityType: 'Incident',
    entityId: row.id,
    divisionCode: row.divisionCode,
    from: before,
    to: row.status,
    detail,
  });
  return incident(row);
}

interface RaiseIncident {
  kind: Incident['kind'];
  severity: number;
  description?: string | null;
  divisionCode?: string | null;
  location?: { longitude: number; latitude: number } | null;
  sourceDeviceId?: string | null;
  alarmMethod?: Incident['alarmMethod'];
  alarmType?: number | null;
  elderId?: string | null;
}

/** GB/T 28181: the alarm types that a method has; the others have none. */
const alarmTypesOf: Partial<Record<NonNullable<Incident['alarmMethod']>, number>> = {
  DEVICE: 5,
  VIDEO: 12,
  DEVICE_FAULT: 2,
};

function checkRaised({ severity, description, alarmMethod, alarmType, elderId }: RaiseIncident): void {
  checkRange('severity', severity, [1, 4]);
  checkText('description', description, maxTextLength);
  if (alarmType != null) {
    const types = (alarmMethod && alarmTypesOf[alarmMethod]) ?? 0;
    if (types === 0)
      throw badInput(
        'alarmType',
        { zh: '空：该报警方式没有类型', en: 'null, for this alarm method has no types' },
        alarmType,
      );
    checkRange('alarmType', alarmType, [1, types]);
  }
  if (elderId != null && !isId(elderId))
    throw badInput('elderId', { zh: '老人的标识', en: 'the identifier of an elder' }, elderId);
}

const maxTextLength = 1000;

const ifGiven = <Value>(value: Value | null | undefined, argument: string): Value => {
  if (value != null) return value;
  throw badInput(argument, { zh: '已给出（无来源设备时）', en: 'given where no source device is' }, null);
};

type NextStatus = Exclude<Incident['status'], 'RAISED'>;

const instantOf = {
  ACKNOWLEDGED: 'acknowledgedAt',
  DISPATCHED: 'dispatchedAt',
  RESOLVED: 'resolvedAt',
  CLOSED: 'closedAt',
  FALSE_ALARM: 'falseAlarmAt',
} as const satisfies Record<NextStatus, keyof Incident>;

interface AdvanceIncident {
  incidentId: string;
  to: Incident['status'];
  outcome?: Incident['outcome'];
  peopleAssisted?: number | null;
  suspectsCaught?: number | null;
  note?: string | null;
}

/** Refuses a result without its outcome and a result of what is not resolved. */
function checkResult({ to, outcome, peopleAssisted, suspectsCaught, note }: AdvanceIncident): void {
  checkText('note', note, maxTextLength);
  const resolves = to === 'RESOLVED';
  if (resolves && !outcome)
    throw badInput('outcome', { zh: '已给出（办结时）', en: 'given where it is resolved' }, null);
  for (const [argument, value] of Object.entries({ outcome, peopleAssisted, suspectsCaught })) {
    if (!resolves && value != null)
      throw badInput(argument, { zh: '空（只在办结时给出）', en: 'null but where it is resolved' }, value);
  }
  checkRange('peopleAssisted', peopleAssisted, [0, 100_000]);
  checkRange('suspectsCaught', suspectsCaught, outcome === 'CASE' || !resolves ? [0, 100_000] : [0, 0]);
}

const lastInstantOf = (row: Incident) =>
  laterOf(row.raisedAt, row.acknowledgedAt, row.dispatchedAt, row.resolvedAt, row.closedAt, row.falseAlarmAt);

export const incidentMutations: Resolvers = {
  Mutation: {
    raiseIncident: mutation<RaiseIncident>('raiseIncident', async (write, input) => {
      checkRaised(input);
      const { kind, severity, description, sourceDeviceId, alarmMethod, alarmType, elderId } = input;
      let source: DeviceRow | null = null;
      if (sourceDeviceId != null) {
        const [found] = isId(sourceDeviceId) ? await findDevices(write.sql, [sourceDeviceId]) : [];
        source = required(found, 'sourceDeviceId', sourceDeviceId);
        if (source.status === 'RETIRED') return retired(source);
      }
      const divisionCode = checkHome(ifGiven(input.divisionCode ?? source?.divisionCode, 'divisionCode'));
      const { longitude, latitude } = ifGiven(input.location ?? source, 'location');
      const row = await insertIncident(write.sql, {
        id: newId(divisionCode),
        divisionCode,
        kind,
        severity,
        description,
        longitude,
        latitude,
        sourceDeviceId,
        alarmMethod,
        alarmType,
        elderId,
        raisedAt: write.now,
      });
      const entry = { at: row.raisedAt, action: 'RAISED', note: null } as const;
      return told(write, row, null, entry, { kind, severity });
    }),

    advanceIncident: mutation<AdvanceIncident>('advanceIncident', async (write, input) => {
      checkResult(input);
      const { incidentId, to, outcome, peopleAssisted, suspectsCaught, note } = input;
      const row = required(await lockIncident(write.sql, incidentId), 'incidentId', incidentId);
      const refusal = refusedTransition(incidentTransitions, row.status, to);
      if (refusal) return refusal;
      const at = laterOf(write.now, lastInstantOf(row));
      const resolved = to === 'RESOLVED' && {
        outcome,
        peopleAssisted: peopleAssisted ?? 0,
        suspectsCaught: suspectsCaught ?? 0,
      };
      const after = await changeIncident(write.sql, row.id, {
        status: to,
        [instantOf[to as NextStatus]]: at,
        ...resolved,
      });
      return told(write, after, row.status, { at, action: to, note: note ?? null }, resolved || {});
    }),

    noteIncident: mutation<{ incidentId: string; note: string }>(
      'noteIncident',
      async (write, { incidentId, note }) => {
        checkText('note', note, maxTextLength);
        const row = required(await lockIncident(write.sql, incidentId), 'incidentId', incidentId);
        if (incidentTransitions[row.status].length === 0)
          return {
            __typename: 'IncidentFinished',
            message: `事件已是 ${row.status}，不再记录。 The incident is ${row.status}; nothing more is noted.`,
            status: row.status,
          };
        const after = await changeIncident(write.sql, row.id, {});
        const entry = { at: laterOf(write.now, lastInstantOf(row)), action: 'NOTE', note } as const;
        return told(write, after, row.status, entry);
      },
    ),
  },
};

const retired = (device: DeviceRow): Written => ({
  __typename: 'SourceDeviceRetired',
  message:
    '来源设备已报废，请核对设备编码，或不填来源设备。 The source device is retired; check its code, or name no source.',
  device,
});
