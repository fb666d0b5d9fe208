// The programme: what is on in seven days, by place and audience, and one's own bookings. For looking, it needs no JavaScript.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ErrorState, Skeleton } from '../design/feedback/states.tsx';
import { announce } from '../design/feedback/toasts.tsx';
import { GraphError } from '../graph/graph-error.ts';
import { request } from '../graph/request.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { definePage } from '../page/page-definition.ts';
import { programmeTexts } from '../texts/programme.ts';
import { BookingDialog } from './booking-dialog.tsx';
import { MyBookings } from './my-bookings.tsx';
import './programme.css';
import { DayLinks, Filters } from './filters.tsx';
import { SessionList } from './session-list.tsx';
import {
  addressOf,
  type ProgrammeAnswer,
  type ProgrammeData,
  prepareProgramme,
  programmeQuery,
  type Session,
  type View,
  variablesOf,
  viewOf,
} from './view.ts';

function Programme({ data }: { data: ProgrammeData }) {
  const texts = useTexts(programmeTexts);
  const { today } = usePage();
  const view = useSignal(data.view);
  const answer = useSignal(data.answer);
  const error = useSignal(
    data.error && new GraphError(data.error.message, data.error.code, data.error.traceId),
  );
  const isLoading = useSignal(false);
  const chosen = useSignal<Session | null>(null);
  /** Changes when the viewer's bookings do. */
  const bookingChanges = useSignal(0);

  const load = async (next: View): Promise<void> => {
    view.value = next;
    isLoading.value = true;
    try {
      const { data: loaded, errors } = await request<ProgrammeAnswer>(programmeQuery, variablesOf(next));
      // Another view may have been chosen meanwhile.
      if (view.value !== next) return;
      answer.value = loaded;
      error.value = loaded?.sessions ? null : (errors[0] ?? null);
      announce(texts.found(String(loaded?.sessions?.nodes.length ?? 0)));
    } catch (failure) {
      error.value = failure as GraphError;
    } finally {
      isLoading.value = false;
    }
  };
  const show = (next: View): void => {
    history.pushState(null, '', addressOf(next));
    void load(next);
  };
  useEffect(() => {
    const restore = () => void load(viewOf(Object.fromEntries(new URLSearchParams(location.search)), today));
    addEventListener('popstate', restore);
    return () => removeEventListener('popstate', restore);
  }, [today]);
  const afterChange = (): void => {
    bookingChanges.value++;
    void load({ ...view.value });
  };

  const { sessions, divisions } = answer.value ?? {};
  return (
    <>
      <MyBookings changes={bookingChanges.value} onChange={afterChange} />
      <Filters view={view.value} districts={divisions?.nodes ?? []} onShow={show} />
      <DayLinks view={view.value} today={today} onShow={show} />
      <div aria-busy={isLoading.value}>
        {error.value ? (
          <ErrorState error={error.value} retry={() => load({ ...view.value })} />
        ) : sessions ? (
          <SessionList
            sessions={sessions.nodes}
            hasMore={sessions.pageInfo.hasNextPage}
            day={view.value.day}
            onBook={(session) => {
              chosen.value = session;
            }}
          />
        ) : (
          <Skeleton lines={6} />
        )}
      </div>
      <BookingDialog
        session={chosen.value}
        onClose={() => {
          chosen.value = null;
        }}
        onBooked={afterChange}
      />
    </>
  );
}

export const programmePage = definePage<ProgrammeData>({
  name: 'programme',
  path: '/programme',
  title: { zh: '社区活动', en: 'Programme' },
  summary: {
    zh: '今后七天有哪些活动，在哪里，还有没有名额。',
    en: 'What is on in the next seven days, where, and whether there are seats.',
  },
  parameters: ['within', 'audience', 'day'],
  freshSeconds: 15,
  prepare: prepareProgramme,
  Component: Programme,
  width: 'reading',
  largeType: true,
});
