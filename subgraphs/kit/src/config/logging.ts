// How much a process logs.
import { setting } from './environment.ts';
import { oneOf } from './forms.ts';

/** Lowest first. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const loggingSettings = {
  logLevel: setting('LOG_LEVEL', oneOf(logLevels, 'info'), {
    zh: '记录到标准输出的最低级别，每个事件一行 JSON。访问记录的锚点以 `info` 级别记录。',
    en: 'Lowest level that is logged to standard output, one line of JSON for each event. The anchors of access records are logged at `info`.',
  }),
};
