// Import of monitoring platforms from a bureau's file; a platform is identified by its GB/T 28181 code.
import { divisionColumn, nameColumn, pointColumns, pointOf } from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { codeCheck } from '../device-code/import-check.ts';
import { columnsOfInput } from './mutations.ts';
import { type MonitoringPlatform, platformTiers } from './tables.ts';

const tiers = `array[${platformTiers.map((tier) => `'${tier}'`).join(', ')}]`;
const isBelow = (above: string) => `array_position(${tiers}, ${above}.tier) < array_position(${tiers}, s.tier)
  and starts_with(s.division_code, division_prefix(${above}.division_code))`;

const status = `(case when r.retired_at is not null then 'RETIRED' when r.fault_since is not null then 'FAULT'
  when (select h.online_until > now() from platform_heartbeat h where h.platform_id = r.id) then 'ONLINE' else 'OFFLINE' end)`;

export const monitoringPlatformImport: ModuleImport = {
  name: 'security.monitoring-platform',
  title: { zh: '监控报警联网平台', en: 'Monitoring platforms' },
  entityType: 'MonitoringPlatform',
  action: 'importMonitoringPlatform',
  scope: 'device:write',
  table: 'monitoring_platform',
  key: { column: 'deviceCode', targetColumn: 'device_code' },
  columns: [
    {
      name: 'deviceCode',
      zh: '平台编码',
      aliases: ['设备编号', '国标编码'],
      form: 'text',
      example: '41010500002000000099',
    },
    divisionColumn({ example: '410105', immutable: true }),
    nameColumn('示例区监控中心'),
    {
      name: 'tier',
      zh: '层级',
      form: { oneOf: 'PlatformTier' },
      example: 'DISTRICT_CENTRE',
      immutable: true,
    },
    {
      name: 'parentCode',
      zh: '上级平台编码',
      form: 'text',
      optional: true,
      example: '',
      immutable: true,
      targetColumns: ['parent_id'],
    },
    {
      name: 'feeds',
      zh: '监控画面数',
      form: 'integer',
      units: ['路', '个', '画面'],
      optional: true,
      defaultCell: '0',
      example: '120',
    },
    {
      name: 'floorArea',
      zh: '建筑面积',
      aliases: ['面积'],
      form: 'integer',
      units: ['平方米', '㎡', 'm²', '平米', '平方'],
      optional: true,
      example: '300',
    },
    {
      name: 'investmentFen',
      zh: '总投资（分）',
      form: 'integer',
      units: ['分'],
      optional: true,
      example: '150000000',
    },
    {
      name: 'openedOn',
      zh: '启用日期',
      aliases: ['开业时间', '启用时间', '开办日期', '建成日期'],
      form: 'date',
      optional: true,
      example: '2016-05-01',
    },
    ...pointColumns({ masking: 'location' }),
  ],
  stagedColumns: { parent_code: 'text' },
  check: async (sql) => {
    const checkCode = await codeCheck(sql, 'PLATFORM');
    return (values) => {
      const { deviceCode, divisionCode, tier, ...fields } = values as Partial<MonitoringPlatform>;
      checkCode(deviceCode, divisionCode);
      return {
        ...columnsOfInput({ ...fields, location: pointOf(values) }),
        deviceCode,
        divisionCode,
        tier,
        parentCode: values.parentCode as string | null | undefined,
      };
    };
  },
  status: { of: status, first: 'OFFLINE', editable: ['ONLINE', 'OFFLINE', 'FAULT', 'RETIRED'] },
  // The parent platform may exist already, or be in the file.
  resolve: [
    'select from monitoring_platform where retired_at is null order by id for key share',
    'update import_row s set parent_id = p.id from monitoring_platform p where p.device_code = s.parent_code',
    `update import_row s set parent_id = a.id from import_row a
    where s.parent_code is not null and s.parent_id is null and a.device_code = s.parent_code`,
  ],
  checks: [
    {
      column: 'parentCode',
      where: `s.parent_code is not null
        and not exists (select from monitoring_platform p where p.id = s.parent_id and p.retired_at is null and ${isBelow('p')})
        and not exists (select from import_row a where a.id = s.parent_id and ${isBelow('a')})`,
      zh: '应为已登记或在本文件中、层级更高、未报废且所属区划包含该平台的平台',
      en: 'expected a platform that is registered or in this file, of a higher tier, not retired, whose division contains this one',
    },
  ],
  // A platform is inserted after its parent.
  order: `array_position(${tiers}, s.tier), s.line`,
  after: ['insert into platform_heartbeat (platform_id) select id from import_row where found is null'],
  detail: "jsonb_build_object('deviceCode', s.device_code, 'tier', s.tier)",
};
