// Import of service points from a bureau's file; a point is identified by its sign number.

import { divisionColumn, nameColumn, pointColumns, pointOf } from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { columnsOf } from './mutations.ts';
import type { ServicePoint } from './tables.ts';

export const servicePointImport: ModuleImport = {
  name: 'places.service-point',
  title: { zh: '便民服务网点', en: 'Service points' },
  entityType: 'ServicePoint',
  action: 'importServicePoint',
  scope: 'place:write',
  table: 'service_point',
  key: { column: 'signNumber', targetColumn: 'sign_number' },
  columns: [
    { name: 'signNumber', zh: '牌号', aliases: ['网点牌号', '编号'], form: 'text', example: '410105-90001' },
    divisionColumn({ form: 'community', immutable: true }),
    nameColumn('示例便民超市'),
    { name: 'circle', zh: '服务圈', form: { oneOf: 'ServiceCircle' }, example: '生活服务圈' },
    {
      name: 'address',
      zh: '地址',
      aliases: ['详细地址', '所在地址', '现住址', '居住地址'],
      form: 'text',
      example: '郑州市金水区示例路 1 号',
    },
    {
      name: 'supervisionPhone',
      zh: '监督电话',
      aliases: ['投诉电话'],
      form: 'text',
      example: '0371-00012345',
    },
    {
      name: 'discounts',
      zh: '优惠对象',
      aliases: ['优惠人群'],
      form: { manyOf: 'Discount' },
      optional: true,
      example: '低收入家庭；七十岁以上独居老人',
    },
    ...pointColumns(),
  ],
  check: () => (values) => {
    const { signNumber, divisionCode, discounts, ...fields } = values as Partial<ServicePoint>;
    return {
      ...columnsOf({ ...fields, discounts: discounts ?? [], location: pointOf(values) }),
      divisionCode,
      signNumber: checkWords('signNumber', signNumber, 30),
    };
  },
  status: { of: 'r.status', first: 'OPEN', editable: ['OPEN'] },
};
