// The import page: a clerk's spreadsheet becomes records, step by step.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Skeleton } from '../design/feedback/states.tsx';
import { definePage } from '../page/page-definition.ts';
import { session } from '../session/session.ts';
import { SignInNeeded } from './sign-in-needed.tsx';
import { Workbench } from './workbench.tsx';

export const importPage = definePage({
  name: 'import',
  path: '/import',
  title: { zh: '导入', en: 'Import' },
  summary: {
    zh: '把表格中的登记数据导入系统：先检查，再写入。',
    en: 'From a spreadsheet to the registers: checked first, then written.',
  },
  Component: ImportPage,
});

function ImportPage() {
  // Who is signed in is known in the browser only.
  const isMounted = useSignal(false);
  useEffect(() => {
    isMounted.value = true;
  }, [isMounted]);
  if (!isMounted.value) return <Skeleton lines={6} />;
  const viewer = session.value;
  if (!viewer) return <SignInNeeded />;
  return <Workbench key={viewer.token} viewer={viewer} />;
}
