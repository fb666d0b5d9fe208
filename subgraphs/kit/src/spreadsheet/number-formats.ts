// Numbers of spreadsheets as text: as they were typed, and as dates where their format shows a date.

/** The built-in formats of dates and times; 27 to 36 and 50 to 58 are those of Chinese, Japanese and Korean editions. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Whether a format shows numbers as dates or times: by its number, or by its code without quoted text and conditions. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id);
  const bare = code.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  return /[ymdhs年月日]/i.test(bare.replace(/general/gi, ''));
}

const epoch1900 = Date.UTC(1899, 11, 30);
const epoch1904 = Date.UTC(1904, 0, 1);

/** A day number as 2024-05-01, 2024-05-01 08:30 or, below one day, 08:30; null if it is none. */
export function dateOfDayNumber(days: number, is1904: boolean): string | null {
  if (!(days >= 0 && days < 2_958_466)) return null;
  // Excel counts 29 February 1900, which did not exist.
  const shift = !is1904 && days < 60 ? 1 : 0;
  const seconds = Math.round((days + shift) * 86_400);
  const at = new Date((is1904 ? epoch1904 : epoch1900) + seconds * 1000);
  const [date = '', time = ''] = at.toISOString().split('T');
  const clock = time.slice(0, time.startsWith(':00', 5) ? 5 : 8);
  if (days < 1) return clock;
  return seconds % 86_400 === 0 ? date : `${date} ${clock}`;
}

/**
 * A number of a workbook as it was typed. Numbers are kept with 15 digits; longer ones have lost the others and stay in scientific
 * notation, as spreadsheets show them.
 */
export function numberText(raw: string): string {
  if (/^-?\d{1,15}$/.test(raw)) return raw;
  const number = Number(raw);
  if (raw === '' || !Number.isFinite(number)) return raw;
  const rounded = Number(number.toPrecision(15));
  if (Math.abs(rounded) >= 1e15) return rounded.toExponential().toUpperCase();
  return Math.abs(rounded) >= 1e-6 || rounded === 0
    ? String(rounded)
    : rounded.toFixed(15).replace(/0+$/, '');
}
