// The incident that is open: what happened and where, what to do next, the person, the device, and the timeline.
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../design/controls/button.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../design/feedback/states.tsx';
import { dateTime } from '../design/format/dates.ts';
import { pageErrorOf } from '../graph/client.ts';
import { useTexts } from '../page/page-context.ts';
import { dutyTexts, kindNames, methodNames, outcomeNames, statusNames } from '../texts/duty.ts';
import { ActionsPanel } from './actions-panel.tsx';
import type { Actions } from './live/actions.ts';
import type { DeviceStatuses } from './live/device-statuses.ts';
import type { LiveQueue } from './live/live-queue.ts';
import type { OpenIncident } from './live/open-incident.ts';
import type { IncidentDetail, TimelineEntry } from './live/operations.ts';
import { Age, DeviceMark, SeverityMark, StatusMark, useName } from './parts/marks.tsx';
import { Person } from './person.tsx';

interface DetailPaneProps {
  /** Null while none is open. */
  open: OpenIncident | null;
  /** Whether it was opened here, not by the address of the page. */
  takesFocus: boolean;
  queue: LiveQueue;
  devices: DeviceStatuses;
  actions: Actions;
  /** Has screen readers read the text. */
  announce: (text: string) => void;
  close: () => void;
}

export function DetailPane({ open, takesFocus, queue, devices, actions, announce, close }: DetailPaneProps) {
  const texts = useTexts(dutyTexts);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (open && takesFocus) heading.current?.focus();
  }, [open?.id, takesFocus]);
  const incident = open?.incident.value ?? null;
  const failure = open?.failure.value ?? null;
  // What the queue knows of it is shown at once.
  const known = incident ?? queue.rows.value.find(({ id }) => id === open?.id) ?? null;
  return (
    <section class="panel duty-detail" aria-labelledby="duty-detail">
      <Head incident={known} heading={heading} close={open && close} />
      {!open && (
        <EmptyState title={texts.choose}>
          <p class="muted">{texts.chooseText}</p>
        </EmptyState>
      )}
      {open && incident && (
        <>
          {failure && <Notice tone="warning">{texts.stale}</Notice>}
          <ActionsPanel incident={incident} open={open} queue={queue} actions={actions} announce={announce} />
          <Facts incident={incident} />
          {incident.elder && <Person elder={incident.elder} />}
          <Source incident={incident} devices={devices} />
          <Timeline entries={incident.timeline} />
        </>
      )}
      {open && !incident && (
        <>
          {failure && <ErrorState error={pageErrorOf(failure)} retry={() => void open.read()} />}
          {!failure && !open.isRead.value && <Skeleton lines={6} />}
          {open.isRead.value && <EmptyState title={texts.missing} />}
        </>
      )}
    </section>
  );
}

interface HeadProps {
  incident: Pick<IncidentDetail, 'kind' | 'severity' | 'status' | 'raisedAt'> | null;
  heading: RefObject<HTMLHeadingElement | null>;
  close: (() => void) | null;
}

/** The heading stays the same element, and keeps the focus, while the incident is loaded. */
function Head({ incident, heading, close }: HeadProps) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  return (
    <div class="duty-head">
      {close && (
        <div class="duty-back">
          <Button size="small" onClick={close}>
            ← {texts.back}
          </Button>
        </div>
      )}
      <div class="row">
        {incident && <SeverityMark severity={incident.severity} />}
        <h2 id="duty-detail" tabIndex={-1} ref={heading} key="heading">
          {incident ? nameOf(kindNames, incident.kind) : texts.detail}
        </h2>
        {incident && <StatusMark status={incident.status} />}
      </div>
      {incident && (
        <p class="muted number">
          {texts.raisedAt} {dateTime(incident.raisedAt)} · <Age moment={incident.raisedAt} />
        </p>
      )}
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Facts({ incident }: { incident: IncidentDetail }) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const { division, description, alarmMethod, outcome, peopleAssisted, suspectsCaught, elder } = incident;
  const path = [...(division?.ancestors ?? []).slice(1), ...(division ? [division] : [])];
  return (
    <dl class="duty-facts">
      <Fact name={texts.place}>{path.map(({ name }) => name).join(' › ') || texts.placeUnknown}</Fact>
      <Fact name={texts.description}>
        {description ?? <span class="muted">{elder ? texts.protectedText : texts.notGiven}</span>}
      </Fact>
      {alarmMethod && <Fact name={texts.method}>{nameOf(methodNames, alarmMethod)}</Fact>}
      {outcome && <Fact name={texts.outcome}>{nameOf(outcomeNames, outcome)}</Fact>}
      {peopleAssisted > 0 && <Fact name={texts.peopleAssisted}>{peopleAssisted}</Fact>}
      {suspectsCaught > 0 && <Fact name={texts.suspectsCaught}>{suspectsCaught}</Fact>}
    </dl>
  );
}

function Source({ incident: { source }, devices }: { incident: IncidentDetail; devices: DeviceStatuses }) {
  const texts = useTexts(dutyTexts);
  if (!source)
    return (
      <div class="stack-tight">
        <h3>{texts.source}</h3>
        <p class="muted">{texts.noSource}</p>
      </div>
    );
  const { name, status, deviceCode, lastHeartbeatAt, faultNote } = devices.current(source);
  return (
    <div class="stack-tight">
      <h3>{texts.source}</h3>
      <p class="row">
        <span>{name}</span>
        <DeviceMark status={status} />
      </p>
      <p class="muted number duty-code">{deviceCode}</p>
      {lastHeartbeatAt && (
        <p class="muted number">
          {texts.heartbeat} {dateTime(lastHeartbeatAt)}
        </p>
      )}
      {faultNote && <p>{faultNote}</p>}
    </div>
  );
}

function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  return (
    <div class="stack-tight">
      <h3>{texts.timeline}</h3>
      <ol class="duty-timeline">
        {entries.map(({ at, actor, action, note }) => (
          <li key={`${at} ${action}`} data-action={action}>
            <time class="muted number" dateTime={at}>
              {dateTime(at)}
            </time>
            <span>
              <strong>{nameOf(statusNames, action)}</strong> <span class="muted">{actor}</span>
            </span>
            {note && <p>{note}</p>}
          </li>
        ))}
      </ol>
    </div>
  );
}
