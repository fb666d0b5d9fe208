// Mutations of devices: register, edit, report and repair faults, retire; and record heartbeats, a thousand at a
// time.

import { newId } from '@district-graph/kit/database/ids';
import { isInside } from '@district-graph/kit/divisions/divisions';
import { badInput } from '@district-graph/kit/errors';
import { covers } from '@district-graph/kit/identity/viewer';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkSameDistrict, checkWords } from '@district-graph/kit/mutations/checks';
import {
  type MutationContext,
  type MutationResult,
  mutation,
  required,
} from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { refusedTransition, staleVersion } from '@district-graph/kit/mutations/transitions';
import { checkOwnDivision } from '../device-code/home.ts';
import { refusedDeviceCode } from '../device-code/refusals.ts';
import { findPlatformFor, shareLockPlatform } from '../monitoring-platform/store.ts';
import { noteSilence, recordHeartbeats } from './heartbeat-store.ts';
import { type DeviceRow, devices, findDevicesByCode, insertDevice, noteStatus } from './store.ts';
import type { DeviceKind, SecurityDevice } from './tables.ts';
import { deviceTransitions } from './transitions.ts';

/** The input of a device of either kind, with the columns of cameras and of alarm boxes. */
interface DeviceInput
  extends Partial<
    Pick<
      SecurityDevice,
      'manufacturer' | 'model' | 'installedOn' | 'supplyLight' | 'direction' | 'form' | 'indoor' | 'intercom'
    >
  > {
  name?: string | null;
  divisionCode?: string | null;
  platformId?: string | null;
  location?: { longitude: number; latitude: number } | null;
}

/** The columns of an input. */
export function columnsOfInput(input: DeviceInput): Partial<SecurityDevice> {
  const { name, manufacturer, model, installedOn, supplyLight, direction, form, indoor, intercom, location } =
    input;
  return {
    // For columns that are not nullable, null means unchanged; the others are cleared by it.
    name: checkWords('name', name ?? undefined),
    form: form ?? undefined,
    indoor: indoor ?? undefined,
    intercom: intercom ?? undefined,
    longitude: location?.longitude,
    latitude: location?.latitude,
    manufacturer: checkWords('manufacturer', manufacturer),
    model: checkWords('model', model),
    installedOn,
    supplyLight,
    direction: checkInteger('direction', direction, 1, 8),
  };
}

/** The platform that a device in this division is connected to, locked so that it is not retired meanwhile. */
async function platformFor(
  context: MutationContext,
  divisionCode: string,
  platformId: string | null | undefined,
) {
  const platform =
    platformId == null
      ? // One that was retired while it was waited for is none; then there is the next above.
        ((await findPlatformFor(context.sql, divisionCode)) ??
        (await findPlatformFor(context.sql, divisionCode)))
      : required(await shareLockPlatform(context.sql, platformId), 'platformId', platformId);
  if (platform && !platform.retiredAt && isInside(divisionCode, platform.divisionCode)) return platform;
  throw badInput(
    'platformId',
    {
      zh: `未报废且所属区划包含 ${divisionCode} 的平台`,
      en: `a platform that is not retired and whose division contains ${divisionCode}`,
    },
    platformId,
  );
}

interface RegisterDevice extends DeviceInput {
  deviceCode: string;
  divisionCode: string;
  name: string;
}

function registration(action: string, kind: DeviceKind): Resolver {
  return mutation<RegisterDevice>(action, async (context, input) => {
    const { deviceCode, divisionCode } = input;
    checkOwnDivision(context, divisionCode);
    const columns = columnsOfInput(input);
    const refusal = await refusedDeviceCode(context.sql, deviceCode, kind, divisionCode);
    if (refusal) return refusal;
    const platform = await platformFor(context, divisionCode, input.platformId);
    const row = await insertDevice(context.sql, {
      ...columns,
      id: newId(divisionCode),
      kind,
      divisionCode,
      deviceCode,
      platformId: platform.id,
      registeredAt: context.now,
      ...(kind === 'CAMERA' ? { indoor: columns.indoor ?? false } : { intercom: columns.intercom ?? false }),
    });
    if (!row) return codeTaken(context, deviceCode);
    return devices.registered(context, row, { deviceCode, platformId: row.platformId });
  });
}

async function codeTaken({ sql }: MutationContext, deviceCode: string): Promise<MutationResult> {
  const [taken] = await findDevicesByCode(sql, [deviceCode]);
  return deviceCodeTaken(deviceCode, taken);
}

const deviceCodeTaken = defineRefusal(
  'DeviceCodeTaken',
  (deviceCode: string, device: DeviceRow | undefined) => ({
    zh: `设备编码 ${deviceCode} 已登记给另一设备，请核对编码。`,
    en: `The device code ${deviceCode} belongs to another device; check the code.`,
    fields: { device },
  }),
);

/** The device, locked until the transaction ends; one of another kind than requested counts as missing. */
async function lockDevice(
  context: MutationContext,
  kind: DeviceKind | null,
  argument: string,
  id: string,
): Promise<DeviceRow> {
  const row = await devices.lockForUpdate(context, argument, id);
  return required(kind && row.kind !== kind ? null : row, argument, id);
}

type Ids = { cameraId: string; alarmBoxId: string; deviceId: string };

function update(action: string, kind: DeviceKind, argument: keyof Ids): Resolver {
  return mutation<DeviceInput & Ids & { version: number }>(action, async (context, input) => {
    const changes = columnsOfInput(input);
    const before = await lockDevice(context, kind, argument, input[argument]);
    const refusal = staleVersion(before.version, input.version);
    if (refusal) return refusal;
    const divisionCode =
      checkSameDistrict('divisionCode', input.divisionCode, before.divisionCode) ?? before.divisionCode;
    const moves = divisionCode !== before.divisionCode || input.platformId != null;
    const platform = moves
      ? await platformFor(context, divisionCode, input.platformId ?? before.platformId)
      : null;
    const moved = platform && { divisionCode, platformId: platform.id };
    return devices.edit(context, before, { ...changes, ...moved });
  });
}

/** Changes the device's status, and records the one before in its history. */
async function transitionStatus(
  context: MutationContext,
  before: DeviceRow,
  changes: Partial<SecurityDevice>,
): Promise<MutationResult> {
  await noteSilence(context.sql, before.id, { viewerId: context.viewer.id, action: 'noteSilence' });
  const row = await devices.transition(context, before, changes);
  await noteStatus(context.sql, row.id, row.status, context.now);
  return row;
}

function retirement(action: string, kind: DeviceKind, argument: keyof Ids): Resolver {
  return mutation<Ids>(action, async (context, input) => {
    const before = await lockDevice(context, kind, argument, input[argument]);
    const refusal = refusedTransition(deviceTransitions, before.status, 'RETIRED');
    return refusal ?? transitionStatus(context, before, { retiredAt: context.now });
  });
}

interface RecordHeartbeats {
  heartbeats: { deviceCode: string; at: string }[];
}

const maxHeartbeats = 1000;

export const securityDeviceMutations: Resolvers = {
  Mutation: {
    registerCamera: registration('registerCamera', 'CAMERA'),
    registerAlarmBox: registration('registerAlarmBox', 'ALARM_BOX'),
    updateCamera: update('updateCamera', 'CAMERA', 'cameraId'),
    updateAlarmBox: update('updateAlarmBox', 'ALARM_BOX', 'alarmBoxId'),
    retireCamera: retirement('retireCamera', 'CAMERA', 'cameraId'),
    retireAlarmBox: retirement('retireAlarmBox', 'ALARM_BOX', 'alarmBoxId'),

    reportDeviceFault: mutation<{ deviceId: string; note?: string | null }>(
      'reportDeviceFault',
      async (context, { deviceId, note }) => {
        const faultNote = checkWords('note', note, 200);
        const before = await lockDevice(context, null, 'deviceId', deviceId);
        const refusal = refusedTransition(deviceTransitions, before.status, 'FAULT');
        return refusal ?? transitionStatus(context, before, { faultSince: context.now, faultNote });
      },
    ),

    clearDeviceFault: mutation<{ deviceId: string }>('clearDeviceFault', async (context, { deviceId }) => {
      const before = await lockDevice(context, null, 'deviceId', deviceId);
      // Its heartbeats decide whether it is online again.
      const refusal = refusedTransition(deviceTransitions, before.status, 'ONLINE');
      return refusal ?? transitionStatus(context, before, { faultSince: null, faultNote: null });
    }),

    recordHeartbeats: mutation<RecordHeartbeats>('recordHeartbeats', async (context, { heartbeats }) => {
      if (heartbeats.length > maxHeartbeats)
        throw badInput(
          'heartbeats',
          { zh: `至多 ${maxHeartbeats} 条`, en: `at most ${maxHeartbeats}` },
          heartbeats.length,
        );
      // A code starts with its district's. Non-digits match none; text with a NUL would fail the whole statement.
      const known = heartbeats.filter(
        ({ deviceCode }) => /^[0-9]{20}$/.test(deviceCode) && covers(context.viewer, deviceCode.slice(0, 6)),
      );
      const accepted = known.length
        ? await recordHeartbeats(
            context.sql,
            known.map(({ deviceCode }) => deviceCode),
            known.map(({ at }) => at),
            { viewerId: context.viewer.id, action: 'recordHeartbeats' },
          )
        : 0;
      return { __typename: 'RecordHeartbeatsResult', accepted, unknown: heartbeats.length - accepted };
    }),
  },
};
