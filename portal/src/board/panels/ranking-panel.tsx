// The parts of a division in the order of the indicator, beside their mean.
import type { ECharts } from 'echarts/core';
import { useRef } from 'preact/hooks';
import { figureText } from '../../design/data/figure.tsx';
import { EmptyState } from '../../design/feedback/states.tsx';
import { usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts } from '../../texts/board.ts';
import { Chart, downloadImage } from '../charts/chart.tsx';
import { frameHeight, rankingOption, rowHeight } from '../charts/ranking-option.ts';
import { ratioOf } from '../graph/documents.ts';
import { type Divisions, indicatorOf } from '../graph/load-board.ts';
import type { Loaded } from '../view/board.ts';
import { formOf, labelOf, unitOf } from '../view/figures.ts';
import { addsUp, meanOf } from '../view/mean.ts';
import { displayName } from '../view/tile-grid.ts';
import type { PartsProps } from './map-panel.tsx';
import { Panel } from './panel.tsx';
import { downloadParts, PartsTable } from './parts-table.tsx';

type RankingProps = PartsProps & { divisions: Loaded<Divisions> };

export function RankingPanel({ board, state, rows, isStale, divisions }: RankingProps) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const chart = useRef<ECharts | null>(null);
  const indicator = indicatorOf(state);
  const mean = useMean({ state, rows, divisions });
  const form = formOf(indicator, state.per);
  const textOf = (value: number): string => figureText(value, form.format, language, form);
  const unit = unitOf(indicator, language);
  const label = labelOf(indicator, language, state.per);
  const isTable = board.state.value.tables.includes('ranking');
  const isEmpty = rows.every(({ answer }) => answer.value === null);
  const bars = rows.map(({ code, shortName, answer, text, step }) => ({
    name: shortName,
    value: answer.value,
    text,
    step,
    isSelected: code === state.division,
  }));
  return (
    <Panel
      title={texts.rankingTitle}
      note={mean && texts.inText(mean.name, `${textOf(mean.value)}${unit && ` ${unit}`}`)}
      view={{ name: 'ranking', board }}
      downloads={[
        { format: 'CSV', run: () => downloadParts(rows, state, language) },
        ...(isTable || isEmpty
          ? []
          : [
              {
                format: 'PNG',
                run: () =>
                  downloadImage(`${state.division}-${indicator.id.toLowerCase()}-ranking`, chart.current),
              },
            ]),
      ]}
      isStale={isStale}
      class="board-ranking"
    >
      {isTable ? (
        <PartsTable title={texts.rankingTitle} board={board} state={state} rows={rows} />
      ) : isEmpty ? (
        <NoValues rows={rows} />
      ) : (
        <Chart
          label={`${label}：${rows
            .slice(0, 5)
            .map(({ name, spoken }) => texts.inText(name, spoken))
            .join('; ')}`}
          height={bars.length * rowHeight + frameHeight}
          chartRef={chart}
          option={(palette) =>
            rankingOption(
              {
                bars,
                mean: mean && { value: mean.value, text: `${texts.mean} ${textOf(mean.value)}` },
                textOf,
                isWhole: form.format === 'number' && form.digits === 0,
              },
              palette,
            )
          }
          onSelect={(index) => {
            const code = rows[index]?.code;
            if (code) board.choose({ division: code, lines: null });
          }}
        />
      )}
    </Panel>
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

/** The mean of the parts and what it is of; null where the whole is not what they are parts of, or has no value. */
function useMean({
  state,
  rows,
  divisions,
}: Pick<RankingProps, 'state' | 'rows' | 'divisions'>): { value: number; name: string } | null {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const { division, ratios } = divisions.data.whole;
  const indicator = indicatorOf(state);
  const { id } = indicator;
  if (!division || division.code !== state.division || rows.some(({ code }) => code === division.code))
    return null;
  const isRatio = state.per !== null;
  if (isRatio && state.per !== ratioOf(indicator)) return null;
  const whole = (isRatio ? ratios : division.values)[id] ?? null;
  const value = meanOf({ indicator, per: state.per, whole, partCount: rows.length });
  if (value === null) return null;
  return {
    value,
    name: texts[addsUp(indicator, state.per) ? 'meanOfParts' : 'meanOfWhole'](
      displayName(division, language),
    ),
  };
}
