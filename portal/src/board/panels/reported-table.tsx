// Figures about the division from newspapers and yearbooks, beside today's figure where an indicator counts the same.
import { indicatorById } from '@district-graph/schema/indicators';
import { downloadCsv } from '../../design/data/csv.ts';
import { Figure } from '../../design/data/figure.tsx';
import { type Column, Table } from '../../design/data/table.tsx';
import { EmptyState } from '../../design/feedback/states.tsx';
import { fullNumber } from '../../design/format/numbers.ts';
import { usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts, reportedUnits } from '../../texts/board.ts';
import type { DivisionAnswer, ReportedFigure } from '../graph/answers.ts';
import type { Divisions } from '../graph/load-board.ts';
import type { Loaded } from '../view/board.ts';
import { formOf, labelOf, shownOf, unitOf, valueText } from '../view/figures.ts';
import { reportedIndicators } from '../view/reported-indicators.ts';
import { displayName } from '../view/tile-grid.ts';
import { Panel } from './panel.tsx';

export function ReportedTable({ divisions }: { divisions: Loaded<Divisions> }) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const { division } = divisions.data.whole;
  const rows = useRows(division);
  const columns = useColumns();
  if (!division) return null;
  if (rows.length === 0)
    return (
      <Panel title={texts.reportedTitle}>
        <EmptyState title={texts.noReported}>
          <p class="muted">{texts.noReportedHint}</p>
        </EmptyState>
      </Panel>
    );
  const heading = [texts.metric, texts.reportedValue, texts.asOf, texts.indicator, texts.today];
  const file = (): void =>
    downloadCsv(`${division.code}-reported`, [
      heading,
      ...rows.map(({ what, text, asOf, today }) => [
        what,
        text,
        asOf,
        today && labelOf(today.indicator, language),
        today && valueText(today.shown, today.indicator, language),
      ]),
    ]);
  return (
    <Panel title={texts.reportedTitle} note={texts.reportedNote} downloads={[{ format: 'CSV', run: file }]}>
      <Table
        caption={texts.reportedOf(displayName(division, language))}
        hidesCaption
        rows={rows}
        keyOf={({ key }) => key}
        columns={columns}
      />
    </Panel>
  );
}

interface ReportedRow extends ReportedFigure {
  what: string;
  text: string;
  today: TodayFigure;
}

function useRows(division: DivisionAnswer | null): ReportedRow[] {
  const { language } = usePage();
  const textOf = useReportedText();
  return (division?.reported ?? []).map((figure) => {
    const indicator = indicatorById(reportedIndicators[figure.key] ?? '');
    return {
      ...figure,
      what: language === 'en' ? figure.metric : figure.metricZh,
      text: textOf(figure),
      today: indicator
        ? { indicator, shown: shownOf(division?.values[indicator.id] ?? null, indicator, language) }
        : null,
    };
  });
}

function useColumns(): Column<ReportedRow>[] {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  return [
    {
      name: 'metric',
      heading: texts.metric,
      isRowHeading: true,
      cell: ({ what }) => what,
      sortKey: ({ what }) => what,
    },
    {
      name: 'reported',
      heading: texts.reportedValue,
      align: 'end',
      cell: ({ text, note }) => <span title={note ?? undefined}>{text}</span>,
      sortKey: ({ value }) => value,
    },
    { name: 'asOf', heading: texts.asOf, cell: ({ asOf }) => asOf, sortKey: ({ asOf }) => asOf },
    { name: 'today', heading: texts.today, align: 'end', cell: ({ today }) => <Today today={today} /> },
    {
      name: 'indicator',
      heading: texts.indicator,
      cell: ({ today }) =>
        today ? labelOf(today.indicator, language) : <span class="muted">{texts.notCounted}</span>,
    },
  ];
}

type TodayFigure = {
  indicator: NonNullable<ReturnType<typeof indicatorById>>;
  shown: ReturnType<typeof shownOf>;
} | null;

function Today({ today }: { today: TodayFigure }) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  if (!today) return null;
  const { indicator, shown } = today;
  return (
    <>
      <Figure {...shown} {...formOf(indicator, null)} isFull />
      {typeof shown.value === 'number' && (
        <span class="tile-unit">
          {unitOf(indicator, language)}
          {indicator.kind === 'FLOW' && ` ${texts.inPeriod}`}
        </span>
      )}
    </>
  );
}

/** A reported value with what is said of its precision. */
function useReportedText(): (figure: ReportedFigure) => string {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  return ({ value, qualifier, unit }) => {
    const shownUnit = language === 'en' ? unit : (reportedUnits[unit] ?? unit);
    const number = `${fullNumber(value, language, 2)} ${shownUnit}`;
    if (qualifier === 'AT_LEAST') return texts.atLeast(number);
    if (qualifier === 'ABOUT') return texts.about(number);
    return qualifier === 'HISTORICAL' ? texts.historical(number) : number;
  };
}
