// The parts of a division in the order of the indicator, beside their mean.
import type { ECharts } from 'echarts/core';
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { figureText } from '../../design/data/figure.tsx';
import { EmptyState } from '../../design/feedback/states.tsx';
import { usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts } from '../../texts/board.ts';
import { Chart, downloadImage } from '../charts/chart.tsx';
import { frameHeight, rankingOption, rowHeight } from '../charts/ranking-option.ts';
import type { Value } from '../graph/answers.ts';
import { type Divisions, indicatorOf } from '../graph/load-board.ts';
import { partsOf } from '../state/levels.ts';
import type { Loaded } from '../view/board.ts';
import { formOf, labelOf, spokenText } from '../view/figures.ts';
import { addsUp, meanOf } from '../view/mean.ts';
import { displayName } from '../view/tile-grid.ts';
import type { PartsProps } from './map-panel.tsx';
import { Panel } from './panel.tsx';
import { downloadParts, PartsTable } from './parts-table.tsx';

type RankingProps = PartsProps & {
  /** The value of the division whose parts are ranked. */
  whole: Value | null;
  divisions: Loaded<Divisions>;
};

export function RankingPanel({ board, state, rows, isStale, whole, divisions }: RankingProps) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const chart = useRef<ECharts | null>(null);
  const mean = useMean({ state, rows, whole, divisions });
  const isTable = board.state.value.tables.includes('ranking');
  const isEmpty = rows.every(({ answer }) => answer.value === null);
  const file = `${state.division}-${state.indicator.toLowerCase()}-ranking`;
  return (
    <Panel
      title={texts.rankingTitle}
      note={mean && texts.inText(mean.name, mean.spoken)}
      view={{ name: 'ranking', board }}
      downloads={[
        { format: 'CSV', run: () => downloadParts(rows, state, language) },
        ...(isTable || isEmpty ? [] : [{ format: 'PNG', run: () => downloadImage(file, chart.current) }]),
      ]}
      isStale={isStale}
      class="board-ranking"
    >
      {isTable ? (
        <PartsTable title={texts.rankingTitle} board={board} state={state} rows={rows} />
      ) : isEmpty ? (
        <NoValues rows={rows} />
      ) : (
        <RankingChart board={board} state={state} rows={rows} mean={mean} chartRef={chart} />
      )}
    </Panel>
  );
}

interface Mean {
  value: number;
  /** What it is the mean of. */
  name: string;
  /** With its unit. */
  spoken: string;
}

type RankingChartProps = Pick<RankingProps, 'board' | 'state' | 'rows'> & {
  mean: Mean | null;
  chartRef: RefObject<ECharts | null>;
};

function RankingChart({ board, state, rows, mean, chartRef }: RankingChartProps) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const indicator = indicatorOf(state);
  const form = formOf(indicator, state.per);
  const textOf = (value: number): string => figureText(value, form.format, language, form);
  const first = rows.slice(0, 5).map(({ name, spoken }) => texts.inText(name, spoken));
  const bars = rows.map(({ code, shortName, answer, text }) => ({
    name: shortName,
    value: answer.value,
    text,
    isSelected: code === state.division,
  }));
  const ranking = {
    bars,
    mean: mean && { value: mean.value, text: `${texts.mean} ${textOf(mean.value)}` },
    textOf,
    isWhole: form.format === 'number' && form.digits === 0,
  };
  return (
    <Chart
      label={texts.inText(labelOf(indicator, language, state.per), first.join('; '))}
      height={bars.length * rowHeight + frameHeight}
      chartRef={chartRef}
      option={(palette) => rankingOption(ranking, palette)}
      onSelect={(index) => {
        const code = rows[index]?.code;
        if (code) board.choose({ division: code, lines: null });
      }}
    />
  );
}

/** Why none of the divisions has a value: the reason of the first, which is that of all where a level is not published. */
function NoValues({ rows }: Pick<RankingProps, 'rows'>) {
  const texts = useTexts(boardTexts);
  const isUnpublished = rows.every(({ answer }) => answer.unavailable === 'LEVEL_NOT_PUBLISHED');
  return (
    <EmptyState title={texts.noParts}>
      <p class="muted">{isUnpublished ? texts.levelNotPublished : rows[0]?.spoken}</p>
    </EmptyState>
  );
}

/** The mean of the parts; null where the whole has no value, or its name is not known yet. */
function useMean({
  state,
  rows,
  whole,
  divisions,
}: Pick<RankingProps, 'state' | 'rows' | 'whole' | 'divisions'>): Mean | null {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const { division } = divisions.data.whole;
  const { within } = partsOf(state.division);
  const above = division && [division, ...division.ancestors].find(({ code }) => code === within);
  const indicator = indicatorOf(state);
  const value = meanOf({ indicator, per: state.per, whole, partCount: rows.length });
  if (value === null || !above) return null;
  return {
    value,
    spoken: spokenText({ value }, indicator, language, state.per),
    name: texts[addsUp(indicator, state.per) ? 'meanOfParts' : 'meanOfWhole'](displayName(above, language)),
  };
}
