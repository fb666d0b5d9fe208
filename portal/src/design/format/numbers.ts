// Numbers and amounts as people read them, in Chinese and English.
import type { Language } from '../../page/language.ts';

const formats = new Map<string, Intl.NumberFormat>();

function format(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.NumberFormat(language, options);
  formats.set(key, known);
  return known;
}

/** From here on, figures in running views are rounded: `1.2 万`, `12.7k`. */
const roundedFrom = 10_000;

/** The full figure: `12,734`. At most `digits` digits after the point. */
export const fullNumber = (value: number, language: Language, digits = 1): string =>
  format(language, { maximumFractionDigits: digits }).format(value);

/** A figure for tiles and charts: in full below 10,000, then `1.3 万` and `1.2 亿`, or `12.7k` and `1.2m`. */
export function shortNumber(value: number, language: Language, digits = 1): string {
  if (Math.abs(value) < roundedFrom) return fullNumber(value, language, digits);
  for (const [size, unit] of scales[language === 'en' ? 'en' : 'zh'])
    if (Math.abs(value) >= size * roundsUp) return `${rounded(value / size, language)}${unit}`;
  return fullNumber(value, language, digits);
}

/** With one digit after the point below 10, even if it is 0: `2.0 万` is not exactly 20,000. */
const rounded = (value: number, language: Language): string =>
  format(language, { maximumFractionDigits: 1, minimumFractionDigits: Math.abs(value) < 10 ? 1 : 0 }).format(
    value,
  );

const scales = {
  zh: [
    [100_000_000, ' 亿'],
    [10_000, ' 万'],
  ],
  en: [
    [1_000_000_000, 'bn'],
    [1_000_000, 'm'],
    [1000, 'k'],
  ],
} as const;

/** 9,999.96 万 is 1 亿, not 10,000 万. */
const roundsUp = 0.99995;

/** A share of 1: `83.4%`. */
export const percentage = (value: number, language: Language, digits = 1): string =>
  format(language, { style: 'percent', maximumFractionDigits: digits }).format(value);

/** A change with its sign: `+12.3%`, `−4`. */
export const signed = (value: number, language: Language, { isShare = false } = {}): string =>
  format(language, {
    signDisplay: 'exceptZero',
    maximumFractionDigits: 1,
    ...(isShare && { style: 'percent' }),
  })
    .format(value)
    .replace('-', '−');

/** An amount of whole fen: in yuan, from 10,000 yuan on in 万元 in Chinese. */
export function money(fen: number, language: Language, { isFull = false } = {}): string {
  const yuan = fen / 100;
  if (language === 'en') return `¥${isFull ? fullNumber(yuan, language, 2) : shortNumber(yuan, language, 2)}`;
  if (isFull || Math.abs(yuan) < roundedFrom) return `${fullNumber(yuan, language, 2)} 元`;
  return `${shortNumber(yuan, language)}元`;
}

/** A count of persons is at least this, or withheld. */
export const smallestShownCount = 5;
