// Import of service centres from a bureau's file: columns and checks.

import {
  byRegistrationKey,
  divisionColumn,
  nameColumn,
  phoneAliases,
  pointColumns,
  pointOf,
  registrationColumns,
  registrationOf,
} from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { columnsOf } from './mutations.ts';
import type { ServiceCentre } from './tables.ts';

export const serviceCentreImport: ModuleImport = {
  name: 'places.service-centre',
  title: { zh: '党群服务中心、社区便民服务中心', en: 'Service centres' },
  entityType: 'ServiceCentre',
  action: 'importServiceCentre',
  scope: 'place:write',
  table: 'service_centre',
  key: byRegistrationKey,
  columns: [
    ...registrationColumns('中心编号', 'FW-410105-001'),
    divisionColumn({ immutable: true }),
    nameColumn('示例社区党群服务中心'),
    {
      name: 'kind',
      zh: '类型',
      aliases: ['类别'],
      form: { oneOf: 'ServiceCentreKind' },
      example: 'PARTY_AND_MASS',
    },
    { name: 'grade', zh: '等级', form: { oneOf: 'ServiceCentreGrade' }, example: 'STANDARD' },
    {
      name: 'address',
      zh: '地址',
      aliases: ['详细地址', '所在地址', '现住址', '居住地址'],
      form: 'text',
      example: '郑州市金水区示例路 1 号',
    },
    { name: 'phone', zh: '电话', aliases: phoneAliases, form: 'text', example: '0371-00012345' },
    {
      name: 'floorArea',
      zh: '建筑面积',
      aliases: ['面积'],
      form: 'integer',
      units: ['平方米', '㎡', 'm²', '平米', '平方'],
      example: '800',
    },
    { name: 'floors', zh: '楼层数', form: 'integer', units: ['层'], example: '3' },
    {
      name: 'openedOn',
      zh: '启用日期',
      aliases: ['开业时间', '启用时间', '开办日期', '建成日期'],
      form: 'date',
      example: '2024-05-01',
      immutable: true,
    },
    { name: 'serviceRadiusMetres', zh: '服务半径', form: 'integer', units: ['米', 'm'], example: '800' },
    { name: 'windows', zh: '窗口数', form: 'integer', units: ['个'], example: '6' },
    { name: 'offices', zh: '办公室数', form: 'integer', units: ['间', '个'], example: '4' },
    { name: 'linkedStations', zh: '联系站点数', form: 'integer', units: ['个', '处'], example: '2' },
    { name: 'residentsServedMin', zh: '服务人数下限', form: 'integer', units: ['人'], example: '5000' },
    { name: 'residentsServedMax', zh: '服务人数上限', form: 'integer', units: ['人'], example: '8000' },
    ...pointColumns(),
  ],
  check: () => (values) => {
    const { registrationKey, divisionCode, openedOn, residentsServedMin, residentsServedMax, ...fields } =
      values as Partial<ServiceCentre>;
    const counted = residentsServedMin !== undefined && residentsServedMax !== undefined;
    return {
      ...columnsOf({
        ...fields,
        location: pointOf(values),
        residentsServed: counted ? { min: residentsServedMin, max: residentsServedMax } : undefined,
      }),
      divisionCode,
      openedOn,
      ...registrationOf({ registrationKey }),
    };
  },
  status: { of: 'r.status', first: 'OPEN', editable: ['OPEN'] },
};
