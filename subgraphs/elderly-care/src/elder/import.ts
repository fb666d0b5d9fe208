// Import of elderly people from a bureau's file. A person is identified by the identity number, in the database by
// its blind index.
import { newId } from '@district-graph/kit/database/ids';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { divisionColumn, phoneAliases } from '@district-graph/kit/import/columns';
import { type ModuleImport, RowFault } from '@district-graph/kit/import/module-import';
import { checkIdNumber } from './id-number.ts';
import { columnsOf, elderOf } from './mutations.ts';
import { type Elder, encryptedElder } from './tables.ts';

/** Locks institutions, since moving in counts; then resolves the keys of each row and its household. */
const resolve = [
  `select from care_institution i
  where i.registration_key in (select care_institution_key from import_row) order by i.id for no key update`,
  `update import_row s set care_institution_id = i.id from care_institution i
  where i.registration_key = s.care_institution_key and i.status = 'OPEN'`,
  `update import_row s set care_worker_id = w.id from care_worker w
  where w.registration_key = s.care_worker_key and w.status = 'REGISTERED'
    and left(w.division_code, 6) = left(s.division_code, 6)`,
  // Care at home: keeps the household, unless it lies in another community or the file names one.
  `update import_row s set household_id = coalesce(
    (select r.household_id from elder r where s.found and r.id = s.id and r.division_code = s.division_code),
    s.new_household_id)
  where s.care_mode = 'HOME' and s.household_of_index is null`,
  `update import_row s set household_id = coalesce(
    (select a.household_id from import_row a where a.id_number_index = s.household_of_index
      and a.household_of_index is null and a.division_code = s.division_code order by a.line limit 1),
    (select r.household_id from elder r where r.id_number_index = s.household_of_index
      and r.close_reason is distinct from 'MOVED_AWAY' and r.division_code = s.division_code))
  where s.care_mode = 'HOME' and s.household_of_index is not null`,
];

/** Rows that move into an institution beyond its free beds, including those that other rows of the file free. */
const beyondBeds = `s.line in (
  select line from (
    select m.line, row_number() over (partition by m.care_institution_id order by m.line) as nth,
      i.beds - i.residents_count + (
        select count(*) from import_row l join elder r on r.id = l.id
        where l.found and r.care_institution_id = i.id and l.care_institution_id is distinct from i.id
      ) as free
    from import_row m join care_institution i on i.id = m.care_institution_id
    left join elder r on m.found and r.id = m.id
    where r.care_institution_id is distinct from m.care_institution_id
  ) moving where nth > free)`;

export const elderImport: ModuleImport = {
  name: 'elderly-care.elder',
  title: { zh: '老年人', en: 'Elderly people' },
  entityType: 'Elder',
  action: 'importElder',
  scope: 'elder:write',
  table: 'elder',
  encrypted: encryptedElder,
  key: {
    column: 'idNumber',
    targetColumn: 'id_number_index',
    where: "r.close_reason is distinct from 'MOVED_AWAY'",
  },
  columns: [
    {
      name: 'idNumber',
      zh: '身份证号',
      aliases: ['身份证号码', '公民身份号码', '身份证', '证件号码'],
      form: 'text',
      example: '410105194001010019',
      masking: 'idNumber',
      targetColumns: ['id_number_index', 'id_number', 'birth_date'],
    },
    divisionColumn({ form: 'community' }),
    { name: 'name', zh: '姓名', form: 'text', example: '示例老人', masking: 'name' },
    {
      name: 'phone',
      zh: '电话',
      aliases: phoneAliases,
      form: 'text',
      optional: true,
      example: '00000000001',
      masking: 'phone',
    },
    {
      name: 'address',
      zh: '住址',
      aliases: ['详细地址', '所在地址', '现住址', '居住地址'],
      form: 'text',
      example: '郑州市金水区 示例路 1 号',
      masking: 'address',
    },
    { name: 'livingArrangement', zh: '居住情况', form: { oneOf: 'LivingArrangement' }, example: 'ALONE' },
    {
      name: 'careMode',
      zh: '养老方式',
      form: { oneOf: 'CareMode' },
      nullable: true,
      example: 'HOME',
      targetColumns: ['care_mode', 'household_id', 'care_institution_id'],
    },
    {
      name: 'careInstitutionKey',
      zh: '入住机构备案编号',
      form: 'text',
      optional: true,
      example: '',
      targetColumns: [],
    },
    {
      name: 'householdOf',
      zh: '同户老人身份证号',
      form: 'text',
      optional: true,
      example: '',
      masking: 'idNumber',
      targetColumns: [],
    },
    {
      name: 'careWorkerKey',
      zh: '服务人员工号',
      form: 'text',
      optional: true,
      example: '',
      targetColumns: ['care_worker_id'],
    },
  ],
  stagedColumns: {
    care_institution_key: 'text',
    care_worker_key: 'text',
    household_of_index: 'text',
    new_household_id: 'uuid',
  },
  check: (_sql, today, keyring) => (values) => {
    const { divisionCode, careMode, ...fields } = values as Partial<Plain<Elder>>;
    const { idNumber, careInstitutionKey, careWorkerKey, householdOf } = values as Record<
      string,
      string | null | undefined
    >;
    if (careMode !== undefined && (careMode === 'INSTITUTION') !== Boolean(careInstitutionKey))
      throw new RowFault('careInstitutionKey', {
        zh: '养老方式为机构养老时必填，否则须为空',
        en: 'expected if careMode is INSTITUTION, and only then',
      });
    if (householdOf && careMode !== undefined && careMode !== 'HOME')
      throw new RowFault('householdOf', {
        zh: '仅在养老方式为居家养老时填写',
        en: 'expected only if careMode is HOME',
      });
    return {
      ...columnsOf(fields),
      ...(idNumber ? elderOf(idNumber, today) : {}),
      divisionCode,
      careMode,
      careInstitutionKey,
      careWorkerKey,
      householdOfIndex: householdOf ? indexOf(keyring, householdOf) : null,
      newHouseholdId: divisionCode && careMode === 'HOME' ? newId(divisionCode) : null,
    };
  },
  status: { of: 'r.status', first: 'REGISTERED', editable: ['REGISTERED'] },
  resolve,
  checks: [
    {
      column: 'careInstitutionKey',
      where: 's.care_institution_key is not null and s.care_institution_id is null',
      zh: '应为在册机构的备案编号',
      en: 'expected the number of an institution that is open',
    },
    {
      column: 'careInstitutionKey',
      where: beyondBeds,
      zh: '该机构没有空余床位',
      en: 'the institution has no free bed',
    },
    {
      column: 'careWorkerKey',
      where: 's.care_worker_key is not null and s.care_worker_id is null',
      zh: '应为同一区县在册服务人员的工号',
      en: 'expected the number of a care worker who is registered in the same district',
    },
    {
      column: 'householdOf',
      where: 's.household_of_index is not null and s.household_id is null',
      zh: '应为同一社区内居家养老的老人，已登记或在本文件中',
      en: 'expected an elder of the same community who receives care at home, registered or in this file',
    },
  ],
  before: [
    `insert into household (id, division_code)
    select new_household_id, division_code from import_row where household_id = new_household_id`,
  ],
};

function indexOf(keyring: Keyring, text: string): string {
  try {
    return encryptedElder.indexesOf(keyring, checkIdNumber(text).idNumber)[0];
  } catch {
    throw new RowFault('householdOf', {
      zh: '应为 GB 11643 规定的 18 位身份证号，校验码须相符',
      en: 'expected an 18-digit identity number (GB 11643) with a correct check digit',
    });
  }
}
