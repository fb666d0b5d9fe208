// Which part of the programme is shown, as it stands in the address, and what the graph is asked for it.
import { addDays } from '../design/format/dates.ts';
import type { GraphAnswer, Preparation, Prepared } from '../page/page-definition.ts';
import programmeQuery from './programme.graphql?raw';

export { programmeQuery };

export const cityCode = '410100';
export const audiences = ['EVERYONE', 'ELDERLY', 'CHILDREN', 'WOMEN', 'DISABLED'] as const;
type Audience = (typeof audiences)[number];
const shownDays = 7;

export interface View {
  within: string;
  /** Null for all. */
  audience: Audience | null;
  day: string;
}

export interface Session {
  id: string;
  startsAt: string;
  endsAt: string;
  place: string;
  status: 'SCHEDULED' | 'HELD' | 'CANCELLED';
  capacity: number;
  seatsLeft: number;
  waitlistLength: number;
  bookingRequired: boolean;
  activity: { title: string; category: string; audience: Audience };
  division: { name: string } | null;
}

export interface ProgrammeAnswer {
  sessions: { nodes: Session[]; pageInfo: { hasNextPage: boolean } } | null;
  divisions: { nodes: { code: string; name: string }[] } | null;
}

export interface ProgrammeData {
  view: View;
  answer: ProgrammeAnswer | null;
  error: { message: string; code: string; traceId: string | null } | null;
}

/** The days that can be chosen, from today on. */
export const daysFrom = (today: string): string[] =>
  Array.from({ length: shownDays }, (_, index) => addDays(today, index));

/** The view that an address names. What it does not name, or names wrongly, is the whole city, everyone, today. */
export function viewOf(parameters: Readonly<Record<string, string>>, today: string): View {
  const { within = '', audience, day = '' } = parameters;
  return {
    within: /^4101\d{2}(\d{3}){0,2}$/.test(within) ? within : cityCode,
    audience: audiences.find((each) => each === audience) ?? null,
    day: daysFrom(today).includes(day) ? day : today,
  };
}

export function addressOf({ within, audience, day }: View): string {
  const search = new URLSearchParams({ within, ...(audience && { audience }), day });
  return `/programme?${search}`;
}

export const variablesOf = ({ within, audience, day }: View) => ({
  within,
  audience,
  period: { from: day, to: day },
});

export async function prepareProgramme({
  parameters,
  today,
  ask,
}: Preparation): Promise<Prepared<ProgrammeData>> {
  const view = viewOf(parameters, today);
  const { data, errors } = (await ask(programmeQuery, variablesOf(view))) as GraphAnswer<ProgrammeAnswer>;
  const [error] = errors ?? [];
  const { code, traceId } = error?.extensions ?? {};
  return {
    data: {
      view,
      answer: data ?? null,
      error:
        error && !data?.sessions
          ? {
              message: error.message,
              code: String(code),
              traceId: typeof traceId === 'string' ? traceId : null,
            }
          : null,
    },
  };
}
