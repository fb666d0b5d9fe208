// The parts of a division as tiles, coloured by the fifth that their value is in: districts where they are, subdistricts in order.

import { figureText } from '../../design/data/figure.tsx';
import { smallestShownCount } from '../../design/format/numbers.ts';
import { textsIn } from '../../page/language.ts';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts, reasonTexts } from '../../texts/board.ts';
import { indicatorOf } from '../graph/load-board.ts';
import type { BoardState } from '../state/board-state.ts';
import { levelOf } from '../state/levels.ts';
import type { Board } from '../view/board.ts';
import { formOf, labelOf, unitOf } from '../view/figures.ts';
import type { PartRow } from '../view/part-rows.ts';
import { stepRanges } from '../view/quantiles.ts';
import { tileGrid } from '../view/tile-grid.ts';
import { Panel } from './panel.tsx';
import { downloadParts, PartsTable } from './parts-table.tsx';

export interface PartsProps {
  board: Board;
  /** What the rows were loaded for. */
  state: BoardState;
  rows: readonly PartRow[];
  isStale: boolean;
}

export function MapPanel({ board, state, rows, isStale }: PartsProps) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const level = levelOf(state.division);
  const isCity = level === 'CITY';
  const hasTiles = isCity || level === 'DISTRICT';
  const isTable = !hasTiles || board.state.value.tables.includes('map');
  return (
    <Panel
      title={texts.mapTitle}
      note={isTable ? (hasTiles ? null : texts.communitiesNote) : isCity ? texts.mapNote : texts.listNote}
      view={hasTiles ? { name: 'map', board } : undefined}
      downloads={[{ format: 'CSV', run: () => downloadParts(rows, state, language) }]}
      isStale={isStale}
      class="board-map"
    >
      {isTable ? (
        <PartsTable title={texts.mapTitle} board={board} state={state} rows={rows} />
      ) : (
        <>
          {isCity ? <Grid board={board} rows={rows} /> : <TileList board={board} rows={rows} />}
          <Legend state={state} rows={rows} />
        </>
      )}
    </Panel>
  );
}

interface TilesProps {
  board: Board;
  rows: readonly PartRow[];
}

function Grid({ board, rows }: TilesProps) {
  const inLanguage = useLanguage();
  return (
    <ul class="tile-grid">
      {tileGrid.flat().map((place, index) => {
        const row = place && rows.find(({ code }) => code === place.code);

        if (!row) return <li key={index} class="tile-grid-gap" aria-hidden="true" />;
        return (
          <li key={row.code}>
            <PartTile board={board} row={row} name={inLanguage(place.label)} />
          </li>
        );
      })}
    </ul>
  );
}

const TileList = ({ board, rows }: TilesProps) => (
  <ul class="tile-list">
    {rows.map((row) => (
      <li key={row.code}>
        <PartTile board={board} row={row} name={row.shortName} />
      </li>
    ))}
  </ul>
);

const stateOfTile = ({ shown }: PartRow): string | undefined =>
  typeof shown.value === 'number' ? undefined : shown.value === 'withheld' ? 'withheld' : 'unknown';

function PartTile({ board, row, name }: { board: Board; row: PartRow; name: string }) {
  const texts = useTexts(boardTexts);
  return (
    <button
      type="button"
      class="map-tile"
      data-step={row.step ?? undefined}
      data-state={stateOfTile(row)}
      title={texts.inText(row.name, row.spoken)}
      onClick={() => board.choose({ division: row.code, lines: null })}
    >
      <span class="map-tile-name">{name}</span>
      <span class="map-tile-value number">{row.text}</span>
      {row.spoken !== row.text && <span class="visually-hidden">{row.spoken}</span>}
    </button>
  );
}

function Legend({ state, rows }: { state: BoardState; rows: readonly PartRow[] }) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const reasons = textsIn(reasonTexts, language);
  const indicator = indicatorOf(state);
  const { format, digits } = formOf(indicator, state.per);
  const text = (value: number): string => figureText(value, format, language, { digits });
  const isAny = (name: string): boolean => rows.some((row) => stateOfTile(row) === name);
  const unit = unitOf(indicator, language);
  return (
    <ul class="map-legend" aria-label={`${labelOf(indicator, language, state.per)} · ${texts.legend}`}>
      {stepRanges(rows.map(({ answer }) => answer.value)).map(({ step, low, high }) => (
        <li key={step} class="number">
          <span class="map-swatch" data-step={step} aria-hidden="true" />
          {low === high ? text(low) : `${text(low)} – ${text(high)}`}
        </li>
      ))}
      {unit && <li>{unit}</li>}
      {isAny('withheld') && (
        <li title={reasons.SMALL_COUNT}>
          <span class="map-swatch" data-state="withheld" aria-hidden="true" />
          {`<${smallestShownCount} ${texts.legendWithheld}`}
        </li>
      )}
      {isAny('unknown') && (
        <li>
          <span class="map-swatch" data-state="unknown" aria-hidden="true" />
          {`— ${texts.legendUnknown}`}
        </li>
      )}
    </ul>
  );
}
