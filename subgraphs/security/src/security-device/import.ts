// Import of cameras and alarm boxes from a bureau's files; a device is identified by its GB/T 28181 code.
import { divisionColumn, nameColumn, pointColumns, pointOf } from '@district-graph/kit/import/columns';
import type { ImportColumn, ModuleImport } from '@district-graph/kit/import/module-import';
import { codeCheck } from '../device-code/import-check.ts';
import { columnsOfInput } from './mutations.ts';
import type { DeviceKind, SecurityDevice } from './tables.ts';

/**
 * Locks platforms against being retired, and resolves the platform of each row: by its code, the current one, or
 * the lowest that serves the division.
 */
const resolve = [
  'select from monitoring_platform where retired_at is null order by id for key share',
  `update import_row s set platform_id = p.id from monitoring_platform p
  where s.platform_code is not null and p.device_code = s.platform_code and p.retired_at is null
    and starts_with(s.division_code, division_prefix(p.division_code))`,
  `update import_row s set platform_id = d.platform_id
  from security_device d join monitoring_platform p on p.id = d.platform_id
  where s.found and s.platform_code is null and d.id = s.id
    and starts_with(s.division_code, division_prefix(p.division_code))`,
  // Materialized: once per division of the file, not per row.
  `with served as materialized (
    select d.division_code, (
      select p.id from monitoring_platform p
      where p.division_code = any(division_path(d.division_code)) and p.retired_at is null
      order by length(division_prefix(p.division_code)) desc, p.id limit 1
    ) as id
    from (select distinct division_code from import_row where platform_code is null and platform_id is null) d
  )
  update import_row s set platform_id = served.id from served
  where s.platform_code is null and s.platform_id is null and s.division_code = served.division_code`,
];

const status = `(case when r.retired_at is not null then 'RETIRED' when r.fault_since is not null then 'FAULT'
  when (select h.online_until > now() from device_heartbeat h where h.device_id = r.id) then 'ONLINE' else 'OFFLINE' end)`;

interface Of {
  name: string;
  title: ModuleImport['title'];
  entityType: string;
  action: string;
  code: string;
  own: readonly ImportColumn[];
}

const deviceImport = (kind: DeviceKind, { code, own, ...named }: Of): ModuleImport => ({
  ...named,
  scope: 'device:write',
  table: 'security_device',
  key: { column: 'deviceCode', targetColumn: 'device_code' },
  columns: [
    { name: 'deviceCode', zh: '设备编码', aliases: ['设备编号', '国标编码'], form: 'text', example: code },
    divisionColumn(),
    nameColumn('示例路口'),
    ...pointColumns({ masking: 'location' }),
    {
      name: 'platformCode',
      zh: '平台编码',
      form: 'text',
      optional: true,
      example: '',
      targetColumns: ['platform_id'],
      resolved: true,
    },
    ...own,
    { name: 'manufacturer', zh: '生产厂商', form: 'text', optional: true, example: '示例厂商' },
    { name: 'model', zh: '型号', form: 'text', optional: true, example: 'SL-2000' },
    {
      name: 'installedOn',
      zh: '安装日期',
      aliases: ['安装时间'],
      form: 'date',
      optional: true,
      example: '2024-05-01',
    },
  ],
  stagedColumns: { platform_code: 'text' },
  check: async (sql) => {
    const checkCode = await codeCheck(sql, kind);
    return (values) => {
      const { deviceCode, divisionCode, ...fields } = values as Partial<SecurityDevice>;
      checkCode(deviceCode, divisionCode);
      return {
        ...columnsOfInput({ ...fields, location: pointOf(values) }),
        deviceCode,
        divisionCode,
        platformCode: values.platformCode as string | null | undefined,
      };
    };
  },
  constants: { kind: `'${kind}'` },
  status: { of: status, first: 'OFFLINE', editable: ['ONLINE', 'OFFLINE', 'FAULT', 'RETIRED'] },
  resolve,
  checks: [
    {
      column: 'platformCode',
      where: 's.platform_id is null',
      zh: '应为未报废且所属区划包含该设备的平台；留空时该区划及其上级须有平台',
      en: 'expected a platform that is not retired and whose division contains the device; if it is empty, there must be one for the division or one above',
    },
  ],
  detail: "jsonb_build_object('deviceCode', s.device_code, 'platformId', s.platform_id)",
});

export const cameraImport = deviceImport('CAMERA', {
  name: 'security.camera',
  title: { zh: '摄像机', en: 'Cameras' },
  entityType: 'Camera',
  action: 'importCamera',
  code: '41010500081320000001',
  own: [
    { name: 'form', zh: '机型', form: { oneOf: 'CameraForm' }, example: 'DOME' },
    { name: 'supplyLight', zh: '补光', form: { oneOf: 'SupplyLight' }, optional: true, example: 'INFRARED' },
    { name: 'direction', zh: '监视方位', form: 'integer', optional: true, example: '3' },
    { name: 'indoor', zh: '是否室内', form: 'boolean', optional: true, defaultCell: '否', example: '否' },
  ],
});

export const alarmBoxImport = deviceImport('ALARM_BOX', {
  name: 'security.alarm-box',
  title: { zh: '报警求助信箱', en: 'Alarm boxes' },
  entityType: 'AlarmBox',
  action: 'importAlarmBox',
  code: '41010500081340000001',
  own: [
    { name: 'intercom', zh: '双向对讲', form: 'boolean', optional: true, defaultCell: '否', example: '是' },
  ],
});
