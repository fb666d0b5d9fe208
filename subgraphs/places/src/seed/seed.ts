// Seeds places: the whole register, communities, service centres, service points and the reported figures.

import { readFileSync } from 'node:fs';
import { districtCodeOf, subdistrictCodeOf } from '@district-graph/kit/divisions/divisions';
import type { CopyValue, SeedTools } from '@district-graph/kit/seed/seeding';
import type { SyntheticCity, SyntheticDivision } from '@district-graph/kit/seed/synthetic-city';
import { centreRows } from './centres.ts';
import { communityRows } from './communities.ts';
import { pointRows } from './points.ts';

/** Zones with a statistical code of their own that GB/T 2260 does not list. */
const functionalZones = ['410171', '410172', '410173'];
/** 如意湖, 博学, 龙湖, 龙源路 and 金光路 have 金水 codes and are administered by 郑东新区. */
const runByZhengdong = ['410105560', '410105561', '410105562', '410105563', '410105564'];

const divisionColumns = [
  'code',
  'name',
  'level',
  'parent_code',
  'kind',
  'administered_by',
  'valid_from',
  'longitude',
  'latitude',
];
const figureColumns = [
  'key',
  'subgraph',
  'division_code',
  'metric',
  'metric_zh',
  'value',
  'qualifier',
  'unit',
  'as_of',
  'period_from',
  'period_to',
  'note',
  'source',
];

export async function seed({ city, scale, copy }: SeedTools): Promise<void> {
  await copy('division', divisionColumns, divisionRows(city));
  await copy(
    'community',
    [
      'code',
      'class',
      'premises_area',
      'households',
      'residents',
      'residential_buildings',
      'office_buildings',
    ],
    communityRows(city),
  );
  await copy(
    'service_centre',
    [
      'id',
      'division_code',
      'name',
      'kind',
      'grade',
      'address',
      'phone',
      'floor_area',
      'floors',
      'opened_on',
      'service_radius_metres',
      'windows',
      'offices',
      'linked_stations',
      'residents_served_min',
      'residents_served_max',
      'longitude',
      'latitude',
    ],
    centreRows(city),
  );
  await copy(
    'service_point',
    [
      'id',
      'division_code',
      'sign_number',
      'name',
      'circle',
      'address',
      'supervision_phone',
      'discounts',
      'longitude',
      'latitude',
    ],
    pointRows(city, scale),
  );
  await copy('reported_figure', figureColumns, figureRows());
}

/**
 * The register and the figures as reported. A division gets the location of its district's seat: one of its own
 * would be made up.
 */
export async function seedReference({ city, copy }: SeedTools): Promise<void> {
  const seats = new Map(city.districts.map((district) => [district.code, district]));
  await copy(
    'division',
    divisionColumns,
    divisionRows(city, (division) => seats.get(districtCodeOf(division.code)) ?? division),
  );
  await copy('reported_figure', figureColumns, figureRows());
}

function* divisionRows(
  city: SyntheticCity,
  locationOf: (division: SyntheticDivision) => SyntheticDivision = (division) => division,
): Generator<CopyValue[]> {
  for (const division of city.divisions) {
    const { code, name, level, parentCode } = division;
    const { longitude, latitude } = locationOf(division);
    const zone = functionalZones.includes(districtCodeOf(code));
    const administeredBy = runByZhengdong.includes(subdistrictCodeOf(code)) ? '郑东新区管理委员会' : null;
    // 惠济区 was 邙山区 until 2004.
    const validFrom = code === '410108' ? '2004-01-01' : null;
    yield [
      code,
      name,
      level,
      parentCode,
      zone ? 'FUNCTIONAL_ZONE' : 'ADMINISTRATIVE',
      administeredBy,
      validFrom,
      longitude,
      latitude,
    ];
  }
}

/** The rows of the reports' table; its cells contain no line breaks, and only cells with commas are quoted. */
function* figureRows(): Generator<CopyValue[]> {
  const file = new URL('../../../../schema/data/reported-figures.csv', import.meta.url);
  for (const line of readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1)) {
    const cells = [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const [
      key = '',
      subgraph = '',
      code = '',
      ,
      metric = '',
      metricZh = '',
      value = '',
      qualifier = '',
      unit = '',
    ] = cells;
    const [asOf = '', from = '', to = '', note = '', source = ''] = cells.slice(9);
    yield [
      key,
      subgraph,
      code,
      metric,
      metricZh,
      Number(value),
      qualifier,
      unit,
      asOf,
      from || null,
      to || null,
      note || null,
      source,
    ];
  }
}
