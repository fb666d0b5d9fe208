// One indicator over the parts of the division: which one, then its map, its ranking and its trend.
import { indicatorById, indicators } from '@district-graph/schema/indicators';
import { type Denominator, denominators } from '@district-graph/schema/indicators/indicator';
import { Select } from '../../design/controls/field.tsx';
import { Badge, EmptyState, Skeleton } from '../../design/feedback/states.tsx';
import { inOne } from '../../page/language.ts';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts, ownerTexts } from '../../texts/board.ts';
import { type Divisions, indicatorOf, partsKey } from '../graph/load-board.ts';
import type { Board, Loaded } from '../view/board.ts';
import { labelOf } from '../view/figures.ts';
import { partRows } from '../view/part-rows.ts';
import { MapPanel } from './map-panel.tsx';
import { RankingPanel } from './ranking-panel.tsx';
import { TrendPanel } from './trend-panel.tsx';

/** Longer rankings stand beside the map and the trend, others beside the map. */
const tallRanking = 18;

interface PartsPanelsProps {
  board: Board;
  divisions: Loaded<Divisions>;
}

export function PartsPanels({ board, divisions }: PartsPanelsProps) {
  const { language } = usePage();
  const texts = useTexts(boardTexts);
  const loaded = board.parts.value;
  const state = board.state.value;
  const { better } = indicatorOf(state);
  return (
    <section class="stack" aria-labelledby="by-indicator">
      <div class="board-indicator">
        <div class="stack-tight">
          <h2 id="by-indicator">{labelOf(indicatorOf(state), language, state.per)}</h2>
          <span>
            {better && <Badge>{texts[better === 'LOWER' ? 'lowerIsBetter' : 'higherIsBetter']}</Badge>}
          </span>
        </div>
        <IndicatorPicker board={board} />
      </div>
      {loaded ? <Panels board={board} divisions={divisions} loaded={loaded} /> : <Skeleton lines={6} />}
    </section>
  );
}

type PanelsProps = PartsPanelsProps & { loaded: NonNullable<Board['parts']['value']> };

function Panels({ board, divisions, loaded: { state, data } }: PanelsProps) {
  const { language } = usePage();
  const texts = useTexts(boardTexts);
  const isStale = partsKey(state) !== partsKey(board.state.value);
  if (data === 'unavailable')
    return (
      <EmptyState title={texts.unavailable}>
        <p class="muted">{inOne(ownerTexts[indicatorOf(state).owner] ?? { zh: '', en: '' }, language)}</p>
      </EmptyState>
    );
  if (data.parts.length === 0) return <EmptyState title={texts.noParts} />;
  const rows = partRows(data.parts, state, language);
  const shared = { board, state, rows, isStale };
  return (
    <div class="board-columns" data-tall={rows.length > tallRanking || undefined}>
      <MapPanel {...shared} />
      <RankingPanel {...shared} whole={data.whole} divisions={divisions} />
      <TrendPanel {...shared} divisions={divisions} />
    </div>
  );
}

function IndicatorPicker({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const { indicator: id, per } = board.state.value;
  const indicator = indicatorOf(board.state.value);
  return (
    <div class="board-tools no-print">
      <Select
        label={texts.indicator}
        value={id}
        options={indicators.map((each) => ({
          value: each.id,
          label: labelOf(each, language),
          group: inLanguage(ownerTexts[each.owner] ?? { zh: each.owner, en: each.owner }),
        }))}
        onChange={(chosen) => {
          // What it is divided by stays where the other indicator can be divided by it too.
          const isKept = per !== null && indicatorById(chosen)?.per.includes(per);
          board.choose({ indicator: chosen, per: isKept ? per : null, lines: null });
        }}
      />
      <Select
        label={texts.per}
        value={per ?? ''}
        disabled={indicator.per.length === 0}
        options={[
          { value: '', label: indicator.format === 'COUNT' ? texts.undivided : texts.asIs },
          ...indicator.per.map((name) => ({ value: name, label: inLanguage(denominators[name]) })),
        ]}
        onChange={(chosen) => board.choose({ per: (chosen || null) as Denominator | null })}
      />
    </div>
  );
}
