// A small line of recent values without axes, which its text describes. Values that are not known leave a gap.
import { usePage, useTexts } from '../../page/page-context.ts';
import { designTexts } from '../../texts/design.ts';
import { type FigureFormat, figureText } from './figure.tsx';

const [width, height, inset] = [96, 28, 3];

interface SparklineProps {
  /** Oldest first. */
  values: readonly (number | null)[];
  format?: FigureFormat;
}

export function Sparkline({ values, format = 'number' }: SparklineProps) {
  const { language } = usePage();
  const texts = useTexts(designTexts);
  const known = values.filter((value) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || known.length < 2) return null;
  const { path, end } = sparklinePath(values);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      // Tiles are of any width; the strokes keep theirs.
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.trend(figureText(first, format, language), figureText(last, format, language))}
    >
      <path d={path} />
      {end && <path class="sparkline-end" d={`M${end.x} ${end.y}h0`} />}
    </svg>
  );
}

/** The path through the values, and the point of the last one that is known. */
export function sparklinePath(values: readonly (number | null)[]): {
  path: string;
  end: { x: number; y: number } | null;
} {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const step = values.length > 1 ? (width - 2 * inset) / (values.length - 1) : 0;
  const round = (position: number) => Math.round(position * 10) / 10;
  let end: { x: number; y: number } | null = null;
  let isBroken = true;
  const parts: string[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isBroken = true;
      continue;
    }
    // Values that are all the same lie in the middle.
    const share = high === low ? 0.5 : (value - low) / (high - low);
    end = { x: round(inset + index * step), y: round(height - inset - share * (height - 2 * inset)) };
    parts.push(`${isBroken ? 'M' : 'L'}${end.x} ${end.y}`);
    isBroken = false;
  }
  return { path: parts.join(''), end };
}
