// Scheduled job that finds devices which have fallen silent, and stores the change with its event.
import type { Job } from '@district-graph/kit/jobs';
import { noteSilences } from './heartbeat-store.ts';

/** Most devices count as silent after three minutes; a few seconds more make no difference. */
const everyMs = 3000;

export const silenceJob: Job = {
  name: 'note silences',
  everyMs,
  perform: (sql) => noteSilences(sql, { viewerId: 'security', action: 'noteSilence' }),
};
