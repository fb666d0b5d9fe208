// The programme: what is on in seven days, by place and audience, and one's own bookings. For looking, it needs no JavaScript.
import { useSignal } from '@preact/signals';
import { ErrorState, Skeleton } from '../design/feedback/states.tsx';
import { usePage } from '../page/page-context.ts';
import { definePage } from '../page/page-definition.ts';
import { BookingDialog } from './booking-dialog.tsx';
import { MyBookings } from './my-bookings.tsx';
import './programme.css';
import { DayLinks, Filters } from './filters.tsx';
import { SessionList } from './session-list.tsx';
import { useProgramme } from './use-programme.ts';
import { type ProgrammeData, prepareProgramme, type Session } from './view.ts';

function Programme({ data }: { data: ProgrammeData }) {
  const { today } = usePage();
  const { view, answer, error, isLoading, show, reload } = useProgramme(data);
  const chosen = useSignal<Session | null>(null);
  /** Changes when the viewer's bookings do. */
  const bookingChanges = useSignal(0);
  const afterChange = (): void => {
    bookingChanges.value++;
    reload();
  };
  const { sessions, divisions } = answer.value ?? {};
  return (
    <>
      <MyBookings changes={bookingChanges.value} onChange={afterChange} />
      <Filters view={view.value} districts={divisions?.nodes ?? []} onShow={show} />
      <DayLinks view={view.value} today={today} onShow={show} />
      <div aria-busy={isLoading.value}>
        {error.value ? (
          <ErrorState error={error.value} retry={reload} />
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
