// The duty officer page: incidents as they happen, and what a duty officer does about them.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Skeleton } from '../design/feedback/states.tsx';
import { definePage } from '../page/page-definition.ts';
import { session } from '../session/session.ts';
import { Desk } from './desk.tsx';
import { SignInNeeded } from './sign-in-needed.tsx';

export const dutyPage = definePage({
  name: 'duty',
  path: '/duty',
  title: { zh: '值班', en: 'Duty officer' },
  summary: {
    zh: '现在发生了什么、在哪里、下一步做什么。',
    en: 'What is happening now, where, and what is the next step.',
  },
  width: 'full',
  Component: DutyPage,
});

function DutyPage() {
  // Who is signed in is known in the browser only.
  const isMounted = useSignal(false);
  useEffect(() => {
    isMounted.value = true;
  }, [isMounted]);
  if (!isMounted.value) return <Skeleton lines={6} />;
  const viewer = session.value;
  if (!viewer) return <SignInNeeded />;
  return <Desk key={viewer.token} viewer={viewer} />;
}
