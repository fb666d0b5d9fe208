// What the registry knows of an indicator, and what its value can be divided by.

interface Bilingual {
  zh: string;
  en: string;
}

export type Level = 'CITY' | 'DISTRICT' | 'SUBDISTRICT' | 'COMMUNITY';

/** COUNT: a whole number. HOURS: whole hours. MONEY: fen. SHARE: 0 to 1. RATING: 1 to 5. DAYS, AREA (m²): decimals. */
export type IndicatorFormat = 'COUNT' | 'HOURS' | 'MONEY' | 'SHARE' | 'RATING' | 'DAYS' | 'AREA';

/** What a value can be divided by: values of the argument `per` of the owner's fields. `scale` is how many of them are one unit. */
export const denominators = {
  THOUSAND_RESIDENTS: { scale: 1000, zh: '每千名居民', en: 'per 1,000 residents' },
  HUNDRED_HOUSEHOLDS: { scale: 100, zh: '每百户', en: 'per 100 households' },
  THOUSAND_ELDERS: { scale: 1000, zh: '每千名老年人', en: 'per 1,000 elderly people' },
  CARE_WORKER: { scale: 1, zh: '每名在岗服务员', en: 'per care worker on duty' },
  CLEANER: { scale: 1, zh: '每名在岗环卫工人', en: 'per cleaner on duty' },
  VEHICLE: { scale: 1, zh: '每辆出勤车辆', en: 'per vehicle on duty' },
  CAMERA: { scale: 1, zh: '每台摄像机', en: 'per camera' },
  SESSION: { scale: 1, zh: '每场', en: 'per session' },
  VOLUNTEER: { scale: 1, zh: '每名志愿者', en: 'per volunteer' },
} as const satisfies Record<string, Bilingual & { scale: number }>;

export type Denominator = keyof typeof denominators;

export interface Indicator {
  /** Unique in the graph; also the value of the owner's enum of indicators. */
  id: string;
  /** The subgraph that owns it, as in subgraphs.json. */
  owner: string;
  label: Bilingual;
  unit: Bilingual;
  format: IndicatorFormat;
  /** STOCK: what is true now. FLOW: what happened in a period; its selection contains `$period`. */
  kind: 'STOCK' | 'FLOW';
  /** The owner's field of `Division`; null for the owner of divisions itself. */
  overview: string | null;
  /** A GraphQL selection on `Division`: the value, and why there is none. `$period` is a `DateRange!`. */
  selection: string;
  /** Where the selection's value is in the answer: names of fields from the division down. `unavailable` is beside it. */
  path: readonly string[];
  /** The same figure as a plain field, as a path from the division down whose first field below the overview takes the period; null if there is none. */
  field: readonly string[] | null;
  /** What it can be divided by. */
  per: readonly Denominator[];
  /** Whether more is better; null if neither is. */
  better: 'HIGHER' | 'LOWER' | null;
  /** The levels at which everyone sees it, unless it is withheld as a small count. */
  levels: readonly Level[];
  /** The metric of the owner's `trend` that is its series; null if it has none. */
  trend: string | null;
  /** Whether it counts persons, so that a value can be withheld, and is withheld for periods other than whole months that are over. */
  countsPersons: boolean;
}

export const allLevels: readonly Level[] = ['CITY', 'DISTRICT', 'SUBDISTRICT', 'COMMUNITY'];

/** Where single records show their subdistrict, counts of communities would disclose the rest. */
export const downToSubdistrict: readonly Level[] = ['CITY', 'DISTRICT', 'SUBDISTRICT'];
export const downToDistrict: readonly Level[] = ['CITY', 'DISTRICT'];

/** Units that several owners use. */
export const units = {
  people: { zh: '人', en: 'people' },
  personTimes: { zh: '人次', en: 'person-times' },
  households: { zh: '户', en: 'households' },
  places: { zh: '个', en: '' },
  times: { zh: '次', en: '' },
  cases: { zh: '起', en: '' },
  vehicles: { zh: '辆', en: 'vehicles' },
  devices: { zh: '台', en: 'devices' },
  roads: { zh: '条', en: 'roads' },
  beds: { zh: '张', en: 'beds' },
  seats: { zh: '个', en: 'seats' },
  sessions: { zh: '场', en: 'sessions' },
  teams: { zh: '支', en: 'teams' },
  matters: { zh: '件', en: 'matters' },
  hours: { zh: '小时', en: 'hours' },
  days: { zh: '天', en: 'days' },
  fen: { zh: '分', en: 'fen' },
  points: { zh: '分', en: 'of 5' },
  share: { zh: '', en: '' },
  squareMetres: { zh: '平方米', en: 'm²' },
} as const satisfies Record<string, Bilingual>;

type Row = Pick<Indicator, 'id' | 'kind'> & {
  label: readonly [zh: string, en: string];
  unit: keyof typeof units;
  /** The plain field of the overview, or the fields from it down: `visitSummary.completed`. */
  field?: string;
} & Partial<Pick<Indicator, 'format' | 'per' | 'better' | 'levels' | 'trend' | 'countsPersons'>>;

/** The indicators of one owner. `overview` is its field of `Division`; null for the owner of divisions itself. */
export const defineIndicators = (owner: string, overview: string | null, rows: readonly Row[]): Indicator[] =>
  rows.map(({ label: [zh, en], unit, field, ...row }) => {
    const above = overview ? [overview] : [];
    return {
      format: 'COUNT',
      per: [],
      better: null,
      levels: allLevels,
      trend: null,
      countsPersons: false,
      ...row,
      owner,
      overview,
      label: { zh, en },
      unit: units[unit],
      selection: selectionOf({ id: row.id, kind: row.kind, overview }),
      path: [...above, 'indicator', 'value'],
      field: field === undefined ? null : [...above, ...field.split('.')],
    };
  });

/** The selection of an indicator on `Division`, divided by `per` if there is one: the value, and why there is none. */
export function selectionOf(
  { id, kind, overview }: Pick<Indicator, 'id' | 'kind' | 'overview'>,
  per?: Denominator,
): string {
  const given = [
    `name: ${id}`,
    ...(per ? [`per: ${per}`] : []),
    ...(kind === 'FLOW' ? ['period: $period'] : []),
  ];
  const selection = `indicator(${given.join(', ')}) { value unavailable }`;
  return overview ? `${overview} { ${selection} }` : selection;
}
