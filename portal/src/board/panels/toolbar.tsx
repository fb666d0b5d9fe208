// Above the figures: the path of divisions, the period, the comparison, and what is to be known about them.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../design/controls/button.tsx';
import { DatePicker, Select } from '../../design/controls/field.tsx';
import { Notice } from '../../design/feedback/states.tsx';
import { announce } from '../../design/feedback/toasts.tsx';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { boardTexts, ownerTexts } from '../../texts/board.ts';
import { owners } from '../graph/documents.ts';
import { type BoardState, cityCode, comparisons, linkTo, periodOfState } from '../state/board-state.ts';
import { isWholeMonths, type PeriodName, periodBetween, periodNames } from '../state/periods.ts';
import type { Board } from '../view/board.ts';
import { downOwners } from '../view/down-owners.ts';
import { displayName, tileGrid } from '../view/tile-grid.ts';

export function Toolbar({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  return (
    <div class="board-top">
      <div class="board-where">
        <Path board={board} />
        <p class="board-period number">
          <ShownPeriod board={board} />
        </p>
      </div>
      <section class="board-tools no-print" aria-label={texts.tools}>
        <PeriodPicker board={board} />
        <ComparisonPicker board={board} />
        <div class="board-actions">
          <Button size="small" onClick={() => copyLink(texts.linkCopied, texts.linkNotCopied)}>
            {texts.copyLink}
          </Button>
          <Button size="small" onClick={() => print()}>
            {texts.print}
          </Button>
        </div>
      </section>
    </div>
  );
}

async function copyLink(done: string, refused: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    announce(done);
  } catch {
    announce(refused);
  }
}

function ShownPeriod({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const { today } = usePage();
  const { from, to } = periodOfState(board.state.value, today);
  return <>{texts.periodShown(from, to)}</>;
}

/** The last of the path is what is shown; the focus comes to it when a tile of another division was chosen. */
function Path({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const division = board.divisions.value?.data.whole.division;
  const { language } = usePage();
  const here = useRef<HTMLElement>(null);
  const shown = useRef(division?.code);
  const status = useSignal('');
  useEffect(() => {
    if (shown.current !== undefined && division && shown.current !== division.code) {
      // Whoever has gone on meanwhile is not called back.
      if (document.activeElement === document.body) here.current?.focus();
      status.value = texts.updated(displayName(division, language));
    }
    shown.current = division?.code;
  }, [division, texts, status, language]);
  if (!division) return null;
  return (
    <nav class="board-path" aria-label={texts.pathLabel}>
      <ol class="board-path-list">
        {division.ancestors.map(({ code, name }) => (
          <li key={code}>
            <a
              href={linkTo(ofDivision(board.state.value, code))}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                board.choose({ division: code, lines: null });
              }}
            >
              {displayName({ code, name }, language)}
            </a>
          </li>
        ))}
        <li>
          <strong ref={here} tabIndex={-1} aria-current="page">
            {displayName(division, language)}
          </strong>
        </li>
      </ol>
      <span class="visually-hidden" role="status">
        {status.value}
      </span>
    </nav>
  );
}

const ofDivision = (state: BoardState, division: string): BoardState => ({ ...state, division, lines: null });

function PeriodPicker({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const { today } = usePage();
  const state = board.state.value;
  const { from, to } = periodOfState(state, today);
  const chooseOwn = (first: string, last: string): void => {
    const own = periodBetween(first, last);
    if (own) board.choose({ period: 'own', own });
    else announce(texts.invalidPeriod);
  };
  return (
    <>
      <Select
        label={texts.period}
        value={state.period}
        options={periodNames.map((name) => ({ value: name, label: texts[`period-${name}`] }))}
        onChange={(name) => {
          const period = name as PeriodName;
          board.choose({ period, own: period === 'own' ? { from, to } : null });
        }}
      />
      {state.period === 'own' && (
        <>
          <DatePicker label={texts.from} value={from} max={to} onInput={(day) => chooseOwn(day, to)} />
          <DatePicker label={texts.to} value={to} min={from} onInput={(day) => chooseOwn(from, day)} />
        </>
      )}
    </>
  );
}

function ComparisonPicker({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const { comparison, other, division } = board.state.value;
  const others = useOthers(board).filter(({ value }) => value !== division);
  return (
    <>
      <Select
        label={texts.comparison}
        value={comparison}
        options={comparisons
          .filter((name) => name !== 'division' || others.length > 0)
          .map((name) => ({ value: name, label: texts[`compare-${name}`] }))}
        onChange={(name) => {
          const chosen = name as BoardState['comparison'];
          board.choose({
            comparison: chosen,
            other: chosen === 'division' ? (others[0]?.value ?? null) : null,
          });
        }}
      />
      {comparison === 'division' && (
        <Select
          label={texts.other}
          value={other ?? ''}
          options={[...(other ? [] : [{ value: '', label: texts.choose }]), ...others]}
          onChange={(code) => board.choose({ other: code || null })}
        />
      )}
    </>
  );
}

/** The divisions that this one can be compared with: those beside it, and districts for the city. */
function useOthers(board: Board): { value: string; label: string }[] {
  const inLanguage = useLanguage();
  const { language } = usePage();
  const division = board.divisions.value?.data.whole.division;
  if (!division) return [];
  if (division.code === cityCode)
    return tileGrid
      .flat()
      .filter((tile) => tile !== null)
      .map(({ code, name }) => ({ value: code, label: inLanguage(name) }));
  return division.siblings.map((each) => ({ value: each.code, label: displayName(each, language) }));
}

/** What limits the figures below: owners that are down, and periods for which counts of persons are not published. */
export function Notes({ board }: { board: Board }) {
  const texts = useTexts(boardTexts);
  const inLanguage = useLanguage();
  const { today, language } = usePage();
  const divisions = board.divisions.value;
  const down = divisions?.data.whole.division ? downOwners(divisions.data.whole.division.values) : [];
  const period = periodOfState(board.state.value, today);
  return (
    <>
      {down.length > 0 && (
        <Notice tone="warning">
          {texts.ownersDown(
            owners
              .filter((owner) => down.includes(owner))
              .map((owner) => inLanguage(ownerTexts[owner] ?? { zh: owner, en: owner }))
              .join(language === 'en' ? ', ' : '、'),
          )}
        </Notice>
      )}
      {!isWholeMonths(period, today) && (
        <Notice>
          <p>
            {texts.wholeMonthsNote}{' '}
            <Button
              kind="quiet"
              size="small"
              onClick={() => board.choose({ period: '12-months', own: null })}
            >
              {texts.toWholeMonths}
            </Button>
          </p>
        </Notice>
      )}
    </>
  );
}
