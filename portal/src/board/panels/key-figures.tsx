// Six tiles with the key figures of the division, each with its change and its series. The one that is pressed is on the map.
import { indicatorById, indicators } from '@district-graph/schema/indicators';
import type { Indicator } from '@district-graph/schema/indicators/indicator';
import { useSignal } from '@preact/signals';
import { Button } from '../../design/controls/button.tsx';
import { Dialog } from '../../design/controls/dialog.tsx';
import { Checkbox } from '../../design/controls/field.tsx';
import { Tile } from '../../design/data/tile.tsx';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts, ownerTexts } from '../../texts/board.ts';
import { owners } from '../graph/documents.ts';
import type { Divisions } from '../graph/load-board.ts';
import { defaultTiles, maxTiles } from '../state/board-state.ts';
import type { Board, Loaded } from '../view/board.ts';
import { formOf, labelOf, shownOf, spokenText, unitOf } from '../view/figures.ts';
import { displayName } from '../view/tile-grid.ts';

interface KeyFiguresProps {
  board: Board;
  divisions: Loaded<Divisions>;
}

export function KeyFigures({ board, divisions }: KeyFiguresProps) {
  const texts = useTexts(boardTexts);
  const isChoosing = useSignal(false);
  const tiles = board.state.value.tiles.flatMap((id) => indicatorById(id) ?? []);
  return (
    <section class="stack-tight" aria-labelledby="key-figures">
      <div class="panel-head">
        <h2 id="key-figures">{texts.tilesTitle}</h2>
        <span class="no-print">
          <Button kind="quiet" size="small" onClick={() => (isChoosing.value = true)}>
            {texts.chooseTiles}
          </Button>
        </span>
      </div>
      <div class="board-tiles">
        {tiles.map((indicator) => (
          <KeyFigure key={indicator.id} indicator={indicator} board={board} divisions={divisions} />
        ))}
      </div>
      <Dialog title={texts.chooseTiles} isOpen={isChoosing.value} onClose={() => (isChoosing.value = false)}>
        <TileChoice board={board} />
      </Dialog>
    </section>
  );
}

function KeyFigure({ indicator, board, divisions }: KeyFiguresProps & { indicator: Indicator }) {
  const texts = useTexts(boardTexts);
  const { language } = usePage();
  const { state, data } = divisions;
  const { id, better, kind } = indicator;
  const answer = data.whole.division?.values[id] ?? null;
  const shown = shownOf(answer, indicator, language);
  const rate = answer?.comparison?.changeRate ?? null;
  const other = data.other?.division;
  return (
    <Tile
      label={labelOf(indicator, language)}
      {...shown}
      {...formOf(indicator, null)}
      unit={unitOf(indicator, language)}
      change={
        rate === null
          ? undefined
          : {
              value: rate,
              isShare: true,
              isLowerBetter: better && better === 'LOWER',
              since: texts.since(texts[`compare-${state.comparison}`]),
            }
      }
      values={data.whole.series[id]?.map(({ value }) => value)}
      isSelected={board.state.value.indicator === id}
      onClick={() => board.choose({ indicator: id, per: null, lines: null })}
    >
      {other
        ? texts.inText(
            displayName(other, language),
            spokenText(shownOf(other.values[id] ?? null, indicator, language), indicator, language),
          )
        : texts[kind === 'STOCK' ? 'now' : 'inPeriod']}
    </Tile>
  );
}

function TileChoice({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const inLanguage = useLanguage();
  const { language } = usePage();
  const { tiles } = board.state.value;
  const choose = (next: readonly string[]): void => board.choose({ tiles: next }, { replaces: true });
  return (
    <>
      <div class="row row-apart">
        <span class="muted">{texts.chooseTilesHint(maxTiles)}</span>
        <Button size="small" onClick={() => choose(defaultTiles)}>
          {texts.standard}
        </Button>
      </div>
      {owners.map((owner) => (
        <fieldset key={owner} class="board-choice">
          <legend>{inLanguage(ownerTexts[owner] ?? { zh: owner, en: owner })}</legend>
          {indicators
            .filter((each) => each.owner === owner)
            .map((indicator) => {
              const { id } = indicator;
              const isChosen = tiles.includes(id);
              return (
                <Checkbox
                  key={id}
                  label={labelOf(indicator, language)}
                  checked={isChosen}
                  disabled={isChosen ? tiles.length === 1 : tiles.length >= maxTiles}
                  onChange={(isOn) => choose(isOn ? [...tiles, id] : tiles.filter((each) => each !== id))}
                />
              );
            })}
        </fieldset>
      ))}
    </>
  );
}
