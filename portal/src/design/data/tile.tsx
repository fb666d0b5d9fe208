// A tile with one figure: label, value, unit, change and sparkline.
import type { ComponentChildren } from 'preact';
import { usePage } from '../../page/page-context.ts';
import { signed } from '../format/numbers.ts';
import { Figure, type FigureFormat, type FigureValue } from './figure.tsx';
import { Sparkline } from './sparkline.tsx';

interface ChangeProps {
  /** The difference; a share of 1 where `isShare`. */
  value: number;
  isShare?: boolean;
  /** Whether a decrease is good news. Null where neither is. */
  isLowerBetter?: boolean | null;
  /** What it is compared with, such as "last year". */
  since: string;
}

/** A change: its direction is an arrow, its meaning a colour beside it. */
export function Change({ value, isShare = false, isLowerBetter = null, since }: ChangeProps) {
  const { language } = usePage();
  const isGood = isLowerBetter === null || value === 0 ? null : value < 0 === isLowerBetter;
  return (
    <span class="change" data-tone={isGood === null ? undefined : isGood ? 'good' : 'bad'}>
      <span aria-hidden="true">{value > 0 ? '▲' : value < 0 ? '▼' : '＝'}</span>
      {signed(value, language, { isShare })} <span class="muted">{since}</span>
    </span>
  );
}

interface TileProps {
  label: string;
  value: FigureValue;
  format?: FigureFormat;
  unit?: string;
  reason?: string;
  change?: ChangeProps;
  /** Oldest first; null where a value is not known. */
  values?: readonly (number | null)[];
  /** Where the tile leads; with `onClick` it is a button instead. */
  href?: string;
  onClick?: () => void;
  isSelected?: boolean;
  children?: ComponentChildren;
}

export function Tile({
  label,
  value,
  format,
  unit,
  reason,
  change,
  values,
  href,
  onClick,
  isSelected,
  children,
}: TileProps) {
  const content = (
    <>
      <span class="tile-label">{label}</span>
      <span>
        <span class="tile-value">
          <Figure value={value} format={format} reason={reason} />
        </span>
        {unit && typeof value === 'number' && <span class="tile-unit">{unit}</span>}
      </span>
      {(change || values || children) && (
        <span class="tile-foot">
          <span>{change ? <Change {...change} /> : children}</span>
          {values && <Sparkline values={values} format={format} />}
        </span>
      )}
    </>
  );
  const state = value === 'unavailable' ? 'unavailable' : undefined;
  if (onClick)
    return (
      <button type="button" class="tile" data-state={state} aria-pressed={isSelected} onClick={onClick}>
        {content}
      </button>
    );
  if (href)
    return (
      <a class="tile" data-state={state} href={href}>
        {content}
      </a>
    );
  return (
    <div class="tile" data-state={state}>
      {content}
    </div>
  );
}
