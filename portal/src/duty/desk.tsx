// The desk of a duty officer: the status line over the queue, the incident that is open, and what is near it.
import type { Client, GraphError } from '@district-graph/client';
import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { ErrorState } from '../design/feedback/states.tsx';
import { clientFor, pageErrorOf } from '../graph/client.ts';
import { useLanguage, usePage, useTexts } from '../page/page-context.ts';
import { claimsOf, type Session, signIn } from '../session/session.ts';
import { dutyTexts, kindNames, severityMeanings } from '../texts/duty.ts';
import { DetailPane } from './detail-pane.tsx';
import { useKeys } from './keys.ts';
import { Actions } from './live/actions.ts';
import { type DutyView, searchOf, viewOf } from './live/address.ts';
import { Announcer } from './live/announcements.ts';
import { DeviceStatuses } from './live/device-statuses.ts';
import { LiveQueue } from './live/live-queue.ts';
import { OpenIncident } from './live/open-incident.ts';
import { Sound } from './live/sound.ts';
import { NearPane } from './near-pane.tsx';
import { QueuePane } from './queue-pane.tsx';
import { SignInNeeded } from './sign-in-needed.tsx';
import { StatusLine } from './status-line.tsx';

const announceEveryMs = 5000;
/** Incidents as urgent as this, or more, sound. */
const soundFrom = 2;

export function Desk({ viewer }: { viewer: Session }) {
  const { language } = usePage();
  const home = homeOf(viewer);
  const client = useMemo(() => clientFor(viewer, language), [viewer, language]);
  const actions = useMemo(() => new Actions(client), [client]);
  const sound = useMemo(() => new Sound(), []);
  const view = useSignal(viewOf(location.search, home));
  const isOpenedHere = useSignal(false);
  const announcement = useSignal('');
  const change = (changes: Partial<DutyView>): void => {
    if (changes.incident) isOpenedHere.value = true;
    view.value = { ...view.value, ...changes };
    history.replaceState(null, '', `${location.pathname}${searchOf(view.value, home)}${location.hash}`);
  };
  const announce = useCallback(
    (text: string): void => {
      announcement.value = text;
    },
    [announcement],
  );
  const devices = useDevices(client, view.value.within);
  const open = useOpenIncident(client, view.value, viewer.purpose === null);
  const queue = useQueue({ client, view, sound, announcement, open });
  useKeys(change);
  if (!queue || !devices) return null;
  const failure = queue.failure.value;
  if (failure && isAccessFailure(failure)) return <AccessNeeded viewer={viewer} failure={failure} />;
  return (
    <div class="duty" data-open={view.value.incident ? '' : undefined}>
      <StatusLine queue={queue} devices={devices} sound={sound} announce={announce} />
      <div class="visually-hidden" role="status">
        {announcement.value}
      </div>
      <QueuePane queue={queue} devices={devices} view={view.value} home={home} change={change} />
      <DetailPane
        key={view.value.incident}
        takesFocus={isOpenedHere.value}
        open={open}
        devices={devices}
        queue={queue}
        actions={actions}
        announce={announce}
        close={() => change({ incident: null })}
      />
      <NearPane
        open={open}
        devices={devices}
        actions={actions}
        metres={view.value.metres}
        change={change}
        announce={announce}
      />
    </div>
  );
}

const isAccessFailure = ({ code }: GraphError): boolean => /^(FORBIDDEN|UNAUTHENTICATED)$/.test(code);

function AccessNeeded({ viewer, failure }: { viewer: Session; failure: GraphError }) {
  const texts = useTexts(dutyTexts);
  return (
    <SignInNeeded>
      <ErrorState error={pageErrorOf(failure)} />
      {viewer.purpose && (
        <div>
          <Button onClick={() => signIn({ ...viewer, purpose: null })}>{texts.dropPurpose}</Button>
        </div>
      )}
    </SignInNeeded>
  );
}

/** The first division of the token; the city for one without. */
function homeOf({ token }: Session): string {
  const divisions = claimsOf(token)?.divisions;
  return Array.isArray(divisions) && divisions.length > 0 ? String(divisions[0]) : '410100';
}

function useDevices(client: Client, within: string): DeviceStatuses | null {
  const devices = useSignal<DeviceStatuses | null>(null);
  useEffect(() => {
    const current = new DeviceStatuses(client, within);
    devices.value = current;
    void current.run();
    return () => current.close();
  }, [client, within, devices]);
  return devices.value;
}

function useOpenIncident(
  client: Client,
  { incident, metres }: DutyView,
  isMasked: boolean,
): OpenIncident | null {
  const open = useSignal<OpenIncident | null>(null);
  useEffect(() => {
    const before = open.peek();
    const current = incident === null ? null : new OpenIncident(client, incident, metres);
    // With another radius or purpose, what was read stays until the rest is there; without a purpose nothing does.
    if (current && before?.id === incident && (!isMasked || before.client === client)) {
      current.incident.value = before.incident.value;
      current.isRead.value = before.isRead.value;
    }
    open.value = current;
    void current?.read();
    return () => current?.close();
  }, [client, incident, metres, isMasked, open]);
  return open.value?.id === incident ? open.value : null;
}

interface QueueDependencies {
  client: Client;
  view: Signal<DutyView>;
  sound: Sound;
  announcement: Signal<string>;
  open: OpenIncident | null;
}

function useQueue({ client, view, sound, announcement, open }: QueueDependencies): LiveQueue | null {
  const texts = useTexts(dutyTexts);
  const inLanguage = useLanguage();
  const queue = useSignal<LiveQueue | null>(null);
  const opened = useSignal(open);
  opened.value = open;
  const { within, shows, severity } = view.value;
  useEffect(() => {
    const announcer = new Announcer({
      everyMs: announceEveryMs,
      textOf: (count, first) => {
        const names = [severityMeanings[first.severity], kindNames[first.kind]];
        return texts.raised(count, names.map((name) => name && inLanguage(name)).join(' '));
      },
      announce: (text) => {
        announcement.value = text;
      },
    });
    const current = new LiveQueue({
      client,
      view: { within, shows, severity },
      onChange: (row, isNew) => {
        if (row.id === opened.peek()?.id) void opened.peek()?.read();
        if (!isNew) return;
        announcer.raised(row);
        if (row.severity <= soundFrom) sound.play();
      },
    });
    const before = queue.peek();
    // With another purpose, the rows stay until they are read again.
    if (before?.isOf({ within, shows, severity })) current.rows.value = before.rows.value;
    queue.value = current;
    void current.run();
    return () => {
      announcer.close();
      current.close();
    };
  }, [client, within, shows, severity, sound, queue, announcement, opened]);
  return queue.value;
}
