// Mutations of platforms: register below a parent, edit, retire once nothing is connected below them.

import { newId } from '@district-graph/kit/database/ids';
import { isInside } from '@district-graph/kit/divisions/divisions';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import {
  type MutationContext,
  type MutationResult,
  mutation,
  required,
} from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { invalidTransition, staleVersion } from '@district-graph/kit/mutations/transitions';
import { checkOwnDivision } from '../device-code/home.ts';
import { refusedDeviceCode } from '../device-code/refusals.ts';
import {
  countInUse,
  findPlatformsByCode,
  insertPlatform,
  type PlatformRow,
  type PlatformTier,
  platforms,
  shareLockPlatform,
} from './store.ts';
import { type MonitoringPlatform, platformTiers } from './tables.ts';

const mostInvestmentFen = 10_000_000_000_000;

interface PlatformInput {
  name?: string | null;
  location?: { longitude: number; latitude: number } | null;
  feeds?: number | null;
  floorArea?: number | null;
  investmentFen?: number | null;
  openedOn?: string | null;
}

/** The columns of an input. */
export function columnsOfInput(input: PlatformInput): Partial<MonitoringPlatform> {
  const { name, location, feeds, floorArea, investmentFen, openedOn } = input;
  return {
    // For columns that are not nullable, null means unchanged; the others are cleared by it.
    name: checkWords('name', name ?? undefined),
    feeds: checkInteger('feeds', feeds ?? undefined, 0),
    longitude: location?.longitude,
    latitude: location?.latitude,
    floorArea: checkInteger('floorArea', floorArea, 1),
    investmentFen: checkInteger('investmentFen', investmentFen, 0, mostInvestmentFen),
    openedOn,
  };
}

interface RegisterPlatform extends PlatformInput {
  deviceCode: string;
  divisionCode: string;
  tier: PlatformTier;
  parentId?: string | null;
}

/**
 * The parent platform, locked so that it is not retired meanwhile. A trigger enforces the same with a less specific
 * message.
 */
async function parentOf(context: MutationContext, { parentId, tier, divisionCode }: RegisterPlatform) {
  if (parentId == null) return null;
  const above = required(await shareLockPlatform(context.sql, parentId), 'parentId', parentId);
  const isAbove = platformTiers.indexOf(above.tier) < platformTiers.indexOf(tier);
  if (isAbove && !above.retiredAt && isInside(divisionCode, above.divisionCode)) return above;
  throw badInput(
    'parentId',
    {
      zh: `层级高于 ${tier}、未报废且所属区划包含 ${divisionCode} 的平台`,
      en: `a platform above ${tier} that is not retired and whose division contains ${divisionCode}`,
    },
    parentId,
  );
}

export const monitoringPlatformMutations: Resolvers = {
  Mutation: {
    registerMonitoringPlatform: mutation<RegisterPlatform>(
      'registerMonitoringPlatform',
      async (context, input) => {
        const { deviceCode, divisionCode, tier } = input;
        checkOwnDivision(context, divisionCode);
        const columns = columnsOfInput(input);
        const refusal = await refusedDeviceCode(context.sql, deviceCode, 'PLATFORM', divisionCode);
        if (refusal) return refusal;
        const parent = await parentOf(context, input);
        const row = await insertPlatform(context.sql, {
          ...columns,
          id: newId(divisionCode),
          divisionCode,
          deviceCode,
          tier,
          parentId: parent?.id,
        });
        if (!row) return codeTaken(context, deviceCode);
        return platforms.registered(context, row, { deviceCode, tier });
      },
    ),

    updateMonitoringPlatform: mutation<PlatformInput & { platformId: string; version: number }>(
      'updateMonitoringPlatform',
      async (context, input) => {
        const changes = columnsOfInput(input);
        const { platformId, version } = input;
        const before = await platforms.lockForUpdate(context, 'platformId', platformId);
        return staleVersion(before.version, version) ?? platforms.edit(context, before, changes);
      },
    ),

    retireMonitoringPlatform: mutation<{ platformId: string }>(
      'retireMonitoringPlatform',
      async (context, { platformId }) => {
        const before = await platforms.lockForUpdate(context, 'platformId', platformId);
        if (before.status === 'RETIRED')
          return invalidTransition(before.status, before.status, {
            zh: '平台已报废，无须再次报废。',
            en: 'The platform is retired already; there is nothing to do.',
          });
        const inUse = await countInUse(context.sql, before.id);
        if (inUse.devices + inUse.platforms > 0) return platformInUse(inUse);
        return platforms.transition(context, before, { retiredAt: context.now });
      },
    ),
  },
};

async function codeTaken({ sql }: MutationContext, deviceCode: string): Promise<MutationResult> {
  const [taken] = await findPlatformsByCode(sql, [deviceCode]);
  return platformCodeTaken(deviceCode, taken);
}

const platformCodeTaken = defineRefusal(
  'PlatformCodeTaken',
  (deviceCode: string, platform: PlatformRow | undefined) => ({
    zh: `平台编码 ${deviceCode} 已登记给另一平台，请核对编码。`,
    en: `The code ${deviceCode} belongs to another platform; check the code.`,
    fields: { platform },
  }),
);

const platformInUse = defineRefusal('PlatformInUse', (inUse: { platforms: number; devices: number }) => ({
  zh: `平台之下尚有 ${inUse.platforms} 个平台、${inUse.devices} 台设备未报废，请先改接或报废。`,
  en: `${inUse.platforms} platforms and ${inUse.devices} devices are still connected below it; connect them elsewhere or retire them first.`,
  fields: inUse,
}));
