// Nobody writes when a device falls silent: the subgraph looks for those that have, and keeps and tells it.
import type { Job } from '@district-graph/kit/jobs';
import { noteSilences } from './heartbeat-store.ts';

/** Devices are silent after three minutes mostly; that it is told some seconds later makes no difference to anybody. */
const everyMs = 3000;

export const silenceJob: Job = {
  name: 'note silences',
  everyMs,
  perform: (sql) => noteSilences(sql, { caller: 'security', action: 'noteSilence' }),
};
