// Import of sanitation vehicles from a bureau's file; a vehicle is identified by its plate.
import { divisionColumn, pointColumns } from '@district-graph/kit/import/columns';
import type { ModuleImport } from '@district-graph/kit/import/module-import';
import { checkPlate } from './mutations.ts';
import { type SanitationVehicle, vehicleStatuses } from './tables.ts';

export const sanitationVehicleImport: ModuleImport = {
  name: 'sanitation.sanitation-vehicle',
  title: { zh: '环卫车辆', en: 'Sanitation vehicles' },
  entityType: 'SanitationVehicle',
  action: 'importSanitationVehicle',
  scope: 'sanitation:write',
  table: 'sanitation_vehicle',
  key: { column: 'plateNumber', targetColumn: 'plate_number' },
  columns: [
    {
      name: 'plateNumber',
      zh: '号牌',
      aliases: ['车牌', '车牌号', '车牌号码', '号牌号码'],
      form: 'text',
      example: '豫A00001D',
    },
    divisionColumn({ immutable: true }),
    {
      name: 'kind',
      zh: '车型',
      aliases: ['类别'],
      form: { oneOf: 'SanitationVehicleKind' },
      example: 'SPRINKLER',
      immutable: true,
    },
    { name: 'onDuty', zh: '是否在岗', form: 'boolean', example: '是' },
    {
      name: 'crewKey',
      zh: '班组编号',
      form: 'text',
      optional: true,
      example: '',
      targetColumns: ['crew_id'],
    },
    {
      name: 'waterCapacityLitres',
      zh: '水箱容量（升）',
      form: 'integer',
      units: ['升', 'L'],
      range: [1, 1_000_000],
      optional: true,
      example: '8000',
    },
    ...pointColumns({ masking: 'location' }),
  ],
  stagedColumns: { crew_key: 'text' },
  check: () => (values) => {
    const { plateNumber, divisionCode, kind, onDuty, waterCapacityLitres, longitude, latitude } =
      values as Partial<SanitationVehicle>;
    return {
      plateNumber: checkPlate(plateNumber),
      divisionCode,
      kind,
      onDuty,
      waterCapacityLitres,
      longitude,
      latitude,
      crewKey: values.crewKey as string | null | undefined,
    };
  },
  constants: { status: "'AVAILABLE'" },
  status: { of: 'r.status', first: 'AVAILABLE', editable: vehicleStatuses },
  // Crews are locked, as a mutation locks them, so that none is disbanded meanwhile.
  resolve: [
    'select from sanitation_crew where registration_key in (select crew_key from import_row) order by id for no key update',
    `update import_row s set crew_id = c.id from sanitation_crew c
    where c.registration_key = s.crew_key and c.disbanded_on is null`,
  ],
  checks: [
    {
      column: 'crewKey',
      where: 's.crew_key is not null and s.crew_id is null',
      zh: '应为未撤销班组的编号',
      en: 'expected the number of a crew that is not disbanded',
    },
    {
      column: 'onDuty',
      of: 'changed',
      where: "s.on_duty and r.status in ('MAINTENANCE', 'RETIRED')",
      zh: '维修中或已报废的车辆不在岗',
      en: 'a vehicle in maintenance or retired is not on duty',
    },
  ],
};
