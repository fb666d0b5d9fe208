// The series of up to six divisions: parts of the division, the division itself, and the one that it is compared with.
import type { ECharts } from 'echarts/core';
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { downloadCsv } from '../../design/data/csv.ts';
import { figureText } from '../../design/data/figure.tsx';
import { EmptyState } from '../../design/feedback/states.tsx';
import { usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts } from '../../texts/board.ts';
import { Chart, downloadImage } from '../charts/chart.tsx';
import { trendOption } from '../charts/trend-option.ts';
import { type Divisions, indicatorOf } from '../graph/load-board.ts';
import { maxLines, periodOfState } from '../state/board-state.ts';
import { seriesOf } from '../state/periods.ts';
import type { Loaded } from '../view/board.ts';
import { formOf, labelOf } from '../view/figures.ts';
import { linesOf, shownLines, type TrendDivision } from '../view/trend-lines.ts';
import type { PartsProps } from './map-panel.tsx';
import { Panel } from './panel.tsx';
import { TrendTable, type TrendTableProps } from './trend-table.tsx';

type TrendProps = PartsProps & { divisions: Loaded<Divisions> };

export function TrendPanel(props: TrendProps) {
  const texts = useTexts(boardTexts);
  if (indicatorOf(props.state).trend !== null) return <SeriesPanel {...props} />;
  return (
    <Panel title={texts.trendTitle} class="board-trend">
      <EmptyState title={texts.noTrend}>
        <p class="muted">{texts.noTrendHint}</p>
      </EmptyState>
    </Panel>
  );
}

function SeriesPanel({ board, state, rows, isStale, divisions }: TrendProps) {
  const texts = useTexts(boardTexts);
  const { language, today } = usePage();
  const chart = useRef<ECharts | null>(null);
  const indicator = indicatorOf(state);
  const all = linesOf({ rows, divisions: divisions.data, indicator: indicator.id, language });
  const lines = shownLines(all, board.state.value.lines);
  const starts = lines[0]?.series.map(({ start }) => start) ?? [];
  const { interval } = seriesOf(periodOfState(state, today));
  const form = formOf(indicator, null);
  const isTable = board.state.value.tables.includes('trend');
  const file = `${state.division}-${indicator.id.toLowerCase()}-trend`;
  const label = `${labelOf(indicator, language)} · ${texts[interval]}`;
  const isEmpty = lines.every(({ series }) => series.every(({ value }) => value === null));
  return (
    <Panel
      title={texts.trendTitle}
      note={`${label}${state.per ? ` · ${texts.trendUndivided}` : ''}`}
      view={{ name: 'trend', board }}
      downloads={[
        {
          format: 'CSV',
          run: () =>
            downloadCsv(file, [[texts.start, ...lines.map(({ name }) => name)], ...rowsOf(starts, lines)]),
        },
        ...(isTable || isEmpty ? [] : [{ format: 'PNG', run: () => downloadImage(file, chart.current) }]),
      ]}
      isStale={isStale}
      class="board-trend"
    >
      <LineChoice board={board} all={all} shown={lines} />
      {isTable ? (
        <TrendTable label={label} starts={starts} lines={lines} form={form} />
      ) : isEmpty ? (
        <EmptyState title={texts.noPoints} />
      ) : (
        <TrendChart label={label} starts={starts} lines={lines} form={form} chartRef={chart} />
      )}
    </Panel>
  );
}

/** A row for each interval. */
const rowsOf = (starts: readonly string[], lines: readonly TrendDivision[]) =>
  starts.map((start, index) => [start, ...lines.map(({ series }) => series[index]?.value ?? null)]);

type TrendChartProps = TrendTableProps & { chartRef: RefObject<ECharts | null> };

function TrendChart({ label, starts, lines, form, chartRef }: TrendChartProps) {
  const { language } = usePage();
  const trend = {
    // Months: their first days are the same in each.
    starts: starts.map((start) => start.slice(0, 7)),
    lines: lines.map(({ name, series }) => ({ name, values: series.map(({ value }) => value) })),
    textOf: (value: number) => figureText(value, form.format, language, form),
    isWhole: form.format === 'number' && form.digits === 0,
  };
  return (
    <Chart
      label={`${label}: ${lines.map(({ name }) => name).join(', ')}`}
      height="wide"
      chartRef={chartRef}
      option={(palette) => trendOption(trend, palette)}
    />
  );
}

interface LineChoiceProps {
  board: PartsProps['board'];
  all: readonly TrendDivision[];
  shown: readonly TrendDivision[];
}

function LineChoice({ board, all, shown }: LineChoiceProps) {
  const texts = useTexts(boardTexts);
  const codes = shown.map(({ code }) => code);
  const choose = (lines: string[]): void => board.choose({ lines }, { replaces: true });
  return (
    <details class="board-lines no-print">
      <summary>
        {texts.lines(maxLines)}
        <span class="muted"> {shown.map(({ name }) => name).join('、')}</span>
      </summary>
      <div class="board-chips">
        {all.map(({ code, name }) => {
          const isShown = codes.includes(code);
          const isFixed = isShown ? codes.length === 1 : codes.length >= maxLines;
          return (
            <button
              type="button"
              key={code}
              class="board-chip"
              aria-pressed={isShown}
              disabled={isFixed}
              onClick={() => choose(isShown ? codes.filter((each) => each !== code) : [...codes, code])}
            >
              {name}
            </button>
          );
        })}
      </div>
    </details>
  );
}
