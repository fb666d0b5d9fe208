// The line at the top: whether what is shown is live, how many changes wait, the devices, and the switches of updates and sound.
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { Checkbox } from '../design/controls/field.tsx';
import { Badge } from '../design/feedback/states.tsx';
import { timeOfDay } from '../design/format/dates.ts';
import { useTexts } from '../page/page-context.ts';
import { dutyTexts } from '../texts/duty.ts';
import type { DeviceStatuses } from './live/device-statuses.ts';
import type { LiveQueue } from './live/live-queue.ts';
import type { DeviceStatus } from './live/operations.ts';
import type { Sound } from './live/sound.ts';
import { DeviceMark } from './parts/marks.tsx';

interface StatusLineProps {
  queue: LiveQueue;
  devices: DeviceStatuses;
  sound: Sound;
  /** Has screen readers read the text. */
  announce: (text: string) => void;
}

/** A connection that is back sooner is not worth an interruption. */
const lostAfterMs = 3000;

const shownStatuses: readonly DeviceStatus[] = ['ONLINE', 'OFFLINE', 'FAULT'];

export function StatusLine({ queue, devices, sound, announce }: StatusLineProps) {
  const texts = useTexts(dutyTexts);
  const isLoud = useSignal(sound.isOn);
  const { lastChangeAt, isPaused } = queue;
  const counts = devices.place.value?.security?.deviceCounts;
  const countOf = (status: DeviceStatus): number =>
    (counts ?? []).reduce((sum, each) => sum + (each.status === status ? each.count : 0), 0);
  return (
    <div class="duty-status">
      <Connection queue={queue} announce={announce} />
      <span class="muted number duty-last">
        {lastChangeAt.value === null
          ? texts.noChange
          : texts.lastChange(timeOfDay(new Date(lastChangeAt.value).toISOString()))}
      </span>
      {counts && (
        <span class="duty-devices" data-live={devices.isLive.value || undefined}>
          <span class="muted">{texts.devices}</span>
          {shownStatuses.map((status) => (
            <DeviceMark key={status} status={status} count={countOf(status)} />
          ))}
        </span>
      )}
      <span class="duty-switches">
        <span title={texts.soundHint}>
          <Checkbox
            label={texts.sound}
            checked={isLoud.value}
            onChange={(isOn) => {
              sound.switch(isOn);
              isLoud.value = isOn;
            }}
          />
        </span>
        <Button size="small" aria-pressed={isPaused.value} onClick={() => queue.pause(!isPaused.value)}>
          {isPaused.value ? texts.resume : texts.pause}
        </Button>
      </span>
    </div>
  );
}

function Connection({ queue, announce }: Pick<StatusLineProps, 'queue' | 'announce'>) {
  const texts = useTexts(dutyTexts);
  const { connection, waiting, isPaused } = queue;
  const isLost = useRef(false);
  const status = connection.value;
  useEffect(() => {
    if (status === 'live' && isLost.current) announce(texts.backLive);
    if (status !== 'reconnecting') isLost.current = false;
    if (status !== 'reconnecting') return;
    const timer = setTimeout(() => {
      isLost.current = true;
      announce(texts.lostLive);
    }, lostAfterMs);
    return () => clearTimeout(timer);
  }, [status, announce, texts]);
  const tone = useComputed(() =>
    connection.value === 'closed'
      ? 'bad'
      : connection.value === 'live' && !isPaused.value
        ? 'good'
        : 'warning',
  );
  const text = {
    connecting: texts.connecting,
    live: texts.live,
    behind: texts.live,
    reconnecting: texts.reconnecting,
    closed: texts.closed,
  }[connection.value];
  return (
    <span class="duty-connection" data-connection={connection.value}>
      <Badge tone={tone.value}>{isPaused.value && connection.value === 'live' ? texts.paused : text}</Badge>
      {waiting.value > 0 && <Badge tone="warning">{texts.behind(waiting.value)}</Badge>}
    </span>
  );
}
