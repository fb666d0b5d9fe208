// The operations of the board, composed from the registry of indicators. They are the same for every division, period and indicator: what
// differs are variables, so that each can be kept as a trusted document.
import { indicators } from '@district-graph/schema/indicators';
import { type Indicator, selectionOf } from '@district-graph/schema/indicators/indicator';

/** The owners in the order of the registry. */
export const owners: readonly string[] = [...new Set(indicators.map(({ owner }) => owner))];

const overviewOf = (owner: string): string | null =>
  indicators.find((each) => each.owner === owner)?.overview ?? null;

/** `elderly-care` in the names of its types: `ElderlyCare`. */
const typePrefix = (owner: string): string =>
  owner.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const rankingField = (owner: string): string => {
  const prefix = typePrefix(owner);
  return `${prefix[0]?.toLowerCase()}${prefix.slice(1)}Ranking`;
};

/** What the values of an indicator are divided by beside the value itself: what makes divisions of different size comparable. */
export const ratioOf = ({ per }: Indicator) =>
  per.find((name) => name.startsWith('THOUSAND') || name.startsWith('HUNDRED')) ?? per[0] ?? null;

/** All indicators that `fieldOf` selects something for, inside the overviews of their owners. */
const overviews = (fieldOf: (indicator: Indicator) => string | null): string =>
  owners
    .flatMap((owner) => {
      const rows = indicators.filter((each) => each.owner === owner);
      const fields = rows.map(fieldOf).filter((field) => field !== null);
      const overview = overviewOf(owner);
      if (fields.length === 0) return [];
      return overview ? [`${overview} {`, ...fields.map((field) => `  ${field}`), '}'] : fields;
    })
    .map((line) => `    ${line}`)
    .join('\n');

const comparison =
  'comparison(with: $compared) @include(if: $compares) { value unavailable change changeRate }';

/** Everything about one division, with the values of all indicators under their ids. */
export const divisionDocument = `query BoardDivision($code: ID!, $period: DateRange!, $compared: ComparedPeriod!, $compares: Boolean!) {
  division(code: $code) {
    code name level
    ancestors { code name level }
    parent { code children(first: 100) { nodes { code name } } }
    reportedFigures(first: 50) { nodes { key metric metricZh value qualifier unit asOf note } }
${overviews((row) => {
  const selection = selectionOf({ ...row, overview: null });
  return `${row.id}: ${row.kind === 'FLOW' ? selection.replace(/ \}$/, ` ${comparison} }`) : selection}`;
})}
  }
}`;

/** The same values divided, so that divisions of different sizes can be compared. */
export const ratiosDocument = `query BoardRatios($code: ID!, $period: DateRange!) {
  division(code: $code) {
    code
${overviews((row) => {
  const per = ratioOf(row);
  return per && `${row.id}: ${selectionOf({ ...row, overview: null }, per)}`;
})}
  }
}`;

/** The series of all indicators of a division that have one. */
export const seriesDocument = `query BoardSeries($code: ID!, $period: DateRange!, $interval: TrendInterval!) {
  division(code: $code) {
    code
${overviews(
  ({ id, trend }) =>
    trend && `${id}: trend(metric: ${trend}, period: $period, interval: $interval) { start value }`,
)}
  }
}`;

/** The parts of a division in the order of one indicator of an owner, with the series of each, and the value of the whole. */
function partsDocumentOf(owner: string): string {
  const prefix = typePrefix(owner);
  const overview = overviewOf(owner);
  const series =
    overview &&
    `${overview} @include(if: $hasSeries) { trend(metric: $metric, period: $seriesPeriod, interval: $interval) { start value } }`;
  const value = 'indicator(name: $name, per: $per, period: $period) { value unavailable }';
  const variables = [
    '$level: DivisionLevel!',
    '$within: ID!',
    '$period: DateRange!',
    `$name: ${prefix}Indicator!`,
    `$per: ${prefix}Denominator`,
    '$compared: ComparedPeriod!',
    '$compares: Boolean!',
    ...(overview
      ? [
          '$hasSeries: Boolean!',
          `$metric: ${prefix}Metric!`,
          '$seriesPeriod: DateRange!',
          '$interval: TrendInterval!',
        ]
      : []),
  ];
  return `query Board${prefix}Parts(${variables.join(', ')}) {
  ranking: ${rankingField(owner)}(level: $level, within: $within, period: $period, orderBy: { indicator: $name, per: $per, direction: DESC }, first: 60) {
    edges {
      rank
      node { code name ${series ?? ''} }
      value { value unavailable ${comparison} }
    }
  }
  whole: division(code: $within) { code ${overview ? `${overview} { ${value} }` : value} }
}`;
}

/** By owner. */
export const partsDocuments: Readonly<Record<string, string>> = Object.fromEntries(
  owners.map((owner) => [owner, partsDocumentOf(owner)]),
);

/** Variables are checked even where no series is selected: then any metric of the owner does. */
export const metricOf = (owner: string, trend: string | null): string | null =>
  trend ?? indicators.find((each) => each.owner === owner && each.trend !== null)?.trend ?? null;
