// The last twelve whole months, and the SQL condition that a row lies in a period: for tests that count rows.
import { addDays, type DateRange, intervalStart, today } from '@district-graph/kit/calendar';

const end = addDays(intervalStart(today(), 'MONTH'), -1);

export const twelveMonths: DateRange = {
  from: `${Number(end.slice(0, 4)) - 1}${addDays(end, 1).slice(4)}`,
  to: end,
};

/** The condition that an instant lies in the period. */
export const inPeriod = (column: string, { from, to }: DateRange = twelveMonths): string =>
  `(${column} at time zone 'Asia/Shanghai')::date between '${from}' and '${to}'`;
