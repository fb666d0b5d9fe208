// Resolvers for device codes: their parts by name, the code tables, and validation before registration.

import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { checkText } from '@district-graph/kit/mutations/text-forms';
import { checkDeviceCode, type DeviceCodeParts, typesOfKind } from './device-code.ts';
import { codesByTable } from './loaders.ts';
import type { CodeRow, CodeTable } from './store.ts';

const named = async (table: CodeTable, code: string, context: SubgraphContext) =>
  (await codesByTable(context).load(table)).find((row) => row.code === code) ?? null;

const codeSet = (rows: readonly CodeRow[]) => new Set(rows.map((row) => row.code));

export const deviceCodeResolvers: Resolvers = {
  Query: {
    deviceCodeTable: (_root, { table }: { table: CodeTable }, context) => codesByTable(context).load(table),
    checkDeviceCode: async (
      _root,
      { deviceCode, kind }: { deviceCode: string; kind: keyof typeof typesOfKind },
      context,
    ) => {
      const [industries, networks] = await Promise.all([
        codesByTable(context).load('INDUSTRY'),
        codesByTable(context).load('NETWORK'),
      ]);
      return checkDeviceCode(checkText('deviceCode', deviceCode, 'code'), {
        industries: codeSet(industries),
        types: typesOfKind[kind],
        networks: codeSet(networks),
      });
    },
  },
  DeviceCodeParts: {
    industry: ({ industry }: DeviceCodeParts, _args, context) => named('INDUSTRY', industry, context),
    type: ({ type }: DeviceCodeParts, _args, context) => named('TYPE', type, context),
    network: ({ network }: DeviceCodeParts, _args, context) => named('NETWORK', network, context),
  },
  CodedName: {
    name: ({ nameZh }: CodeRow) => nameZh,
    englishName: ({ nameEn }: CodeRow) => nameEn,
  },
};
