// The queue: incidents by age with severity, kind, place and status, and what selects them.
import { useEffect } from 'preact/hooks';
import { Button, Segments } from '../design/controls/button.tsx';
import { Select } from '../design/controls/field.tsx';
import { EmptyState, ErrorState, Skeleton } from '../design/feedback/states.tsx';
import { pageErrorOf } from '../graph/client.ts';
import { usePage, useTexts } from '../page/page-context.ts';
import { dutyTexts, kindNames, severityMeanings } from '../texts/duty.ts';
import type { DutyView } from './live/address.ts';
import type { DeviceStatuses } from './live/device-statuses.ts';
import type { LiveQueue } from './live/live-queue.ts';
import type { IncidentRow } from './live/operations.ts';
import { Age, SeverityMark, StatusMark, shortTime, useName } from './parts/marks.tsx';

interface QueuePaneProps {
  queue: LiveQueue;
  devices: DeviceStatuses;
  view: DutyView;
  /** The viewer's division. */
  home: string;
  change: (changes: Partial<DutyView>) => void;
}

export function QueuePane({ queue, devices, view, home, change }: QueuePaneProps) {
  const texts = useTexts(dutyTexts);
  const rows = queue.rows.value;
  const failure = queue.failure.value;
  const raised = rows.filter(({ status }) => status === 'RAISED').length;
  useEffect(() => {
    // What waits is seen in other tabs too.
    document.title = `${raised ? `(${raised}) ` : ''}${document.title.replace(/^\(\d+\) /, '')}`;
  }, [raised]);
  return (
    <section class="panel duty-queue" aria-labelledby="duty-queue">
      <div class="panel-head">
        <h2 id="duty-queue">{texts.queue}</h2>
        {queue.isRead.value && (
          <span class="muted number">{texts.count(rows.length, queue.hasMore.value)}</span>
        )}
      </div>
      <Filters devices={devices} view={view} home={home} change={change} />
      {failure && <ErrorState error={pageErrorOf(failure)} retry={() => void queue.read()} />}
      {!queue.isRead.value && rows.length === 0 && !failure && <Skeleton lines={8} />}
      {queue.isRead.value && rows.length === 0 && (
        <EmptyState title={texts.emptyTitle}>
          <p class="muted">{texts.emptyText}</p>
        </EmptyState>
      )}
      <ol class="duty-rows">
        {rows.map((row) => (
          <Row key={row.id} row={row} isOpen={row.id === view.incident} change={change} />
        ))}
      </ol>
      {queue.hasMore.value && <Button onClick={() => void queue.readMore()}>{texts.more}</Button>}
      <p class="muted duty-keys">{texts.keys}</p>
    </section>
  );
}

function Filters({ devices, view, home, change }: Omit<QueuePaneProps, 'queue'>) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const place = devices.place.value;
  const parent = view.within === home ? null : place?.parent;
  const divisions = [
    { value: view.within, label: place ? texts.wholeOf(place.name) : view.within },
    ...(parent ? [{ value: parent.code, label: texts.upTo(parent.name) }] : []),
    // Incidents of one community concern few persons: they need a purpose, and are not offered.
    ...(view.within.length < 9 && place
      ? place.children.nodes.map(({ code, name }) => ({ value: code, label: name }))
      : []),
  ];
  return (
    <div class="duty-filters">
      <Segments
        label={texts.shows}
        options={[
          { value: 'open', label: texts.open },
          { value: 'to-close', label: texts.toClose },
          { value: 'all', label: texts.all },
        ]}
        value={view.shows}
        onChange={(shows) => change({ shows })}
      />
      <div class="duty-selects">
        <Select
          label={texts.within}
          options={divisions}
          value={view.within}
          onChange={(within) => change({ within })}
        />
        <Select
          label={texts.severity}
          options={[
            { value: '', label: texts.anySeverity },
            ...[1, 2, 3, 4].map((each) => ({ value: String(each), label: nameOf(severityMeanings, each) })),
          ]}
          value={String(view.severity ?? '')}
          onChange={(severity) => change({ severity: Number(severity) || null })}
        />
      </div>
    </div>
  );
}

interface RowProps {
  row: IncidentRow;
  isOpen: boolean;
  change: (changes: Partial<DutyView>) => void;
}

function Row({ row, isOpen, change }: RowProps) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const { today } = usePage();
  useEffect(() => {
    // A link to an incident shows its row.
    if (isOpen) document.querySelector(`[data-incident="${row.id}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, row.id]);
  return (
    <li>
      <button
        type="button"
        class="duty-row"
        data-incident={row.id}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => change({ incident: row.id })}
      >
        <SeverityMark severity={row.severity} />
        <span class="duty-row-main">
          <span class="duty-row-line">
            <span class="duty-row-kind">{nameOf(kindNames, row.kind)}</span>
            <span class="duty-row-time number">
              {shortTime(row.raisedAt, today)} · <Age moment={row.raisedAt} isShort />
            </span>
          </span>
          <span class="duty-row-line">
            <span class="muted">{row.division?.name ?? texts.placeUnknown}</span>
            <StatusMark status={row.status} />
          </span>
        </span>
      </button>
    </li>
  );
}
