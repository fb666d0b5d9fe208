// What a duty officer can do next: the legal transitions of the incident and notes, each with its refusal or failure in place.
import { type Signal, useSignal } from '@preact/signals';
import { Button } from '../design/controls/button.tsx';
import { Select, TextArea, TextField } from '../design/controls/field.tsx';
import { useTexts } from '../page/page-context.ts';
import { actionNames, dutyTexts, outcomeNames } from '../texts/duty.ts';
import type { Actions } from './live/actions.ts';
import type { LiveQueue } from './live/live-queue.ts';
import type { OpenIncident } from './live/open-incident.ts';
import {
  advanceIncident,
  type IncidentDetail,
  type IncidentRow,
  type IncidentStatus,
  noteIncident,
} from './live/operations.ts';
import { nextStatuses } from './live/queue.ts';
import { useName } from './parts/marks.tsx';
import { OutcomeNotice, type SentAction } from './parts/outcome-notice.tsx';

interface ActionsPanelProps {
  incident: IncidentDetail;
  open: OpenIncident;
  queue: LiveQueue;
  actions: Actions;
  announce: (text: string) => void;
}

/** What the form holds. */
interface Draft {
  note: string;
  outcome: string;
  people: string;
  suspects: string;
}

const emptyDraft: Draft = { note: '', outcome: '', people: '', suspects: '' };

export function ActionsPanel(props: ActionsPanelProps) {
  const { incident } = props;
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const draft = useSignal(emptyDraft);
  const { sent, busy, advance, addNote, resend, needsOutcome } = useActions(props, draft);
  const next = nextStatuses[incident.status] ?? [];
  const edit = (changes: Partial<Draft>): void => {
    draft.value = { ...draft.value, ...changes };
  };
  return (
    <section class="duty-actions" aria-labelledby="duty-actions">
      <h3 id="duty-actions" tabIndex={-1}>
        {texts.actions}
      </h3>
      {next.length === 0 && <p class="muted">{texts.finished}</p>}
      {next.includes('RESOLVED') && (
        <ResolutionFields draft={draft.value} edit={edit} isMissing={needsOutcome.value} />
      )}
      {next.length > 0 && (
        <>
          <TextArea
            label={texts.note}
            hint={texts.noteHint}
            rows={2}
            maxLength={1000}
            value={draft.value.note}
            onInput={(note) => edit({ note })}
          />
          <div class="row">
            {next.map((status) => (
              <Button
                key={status}
                kind={status === 'FALSE_ALARM' ? 'danger' : 'primary'}
                isBusy={busy.value === status}
                onClick={() => void advance(status)}
              >
                {nameOf(actionNames, status)}
              </Button>
            ))}
            {draft.value.note.trim() && (
              <Button isBusy={busy.value === 'NOTE'} onClick={() => void addNote()}>
                {texts.addNote}
              </Button>
            )}
          </div>
        </>
      )}
      <OutcomeNotice sent={sent.value} resend={resend} />
    </section>
  );
}

interface ResolutionFieldsProps {
  draft: Draft;
  edit: (changes: Partial<Draft>) => void;
  isMissing: boolean;
}

function ResolutionFields({ draft, edit, isMissing }: ResolutionFieldsProps) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  return (
    <div class="duty-resolution">
      <Select
        label={texts.outcome}
        error={isMissing ? texts.resolveNeeds : null}
        options={[
          { value: '', label: '—' },
          ...Object.keys(outcomeNames).map((value) => ({ value, label: nameOf(outcomeNames, value) })),
        ]}
        value={draft.outcome}
        onChange={(outcome) => edit({ outcome })}
      />
      <TextField
        label={texts.peopleAssisted}
        type="number"
        min={0}
        value={draft.people}
        onInput={(people) => edit({ people })}
      />
      {draft.outcome === 'CASE' && (
        <TextField
          label={texts.suspectsCaught}
          type="number"
          min={0}
          value={draft.suspects}
          onInput={(suspects) => edit({ suspects })}
        />
      )}
    </div>
  );
}

const resolutionOf = ({ outcome, people, suspects }: Draft) => ({
  outcome,
  peopleAssisted: Number(people) || 0,
  ...(outcome === 'CASE' && { suspectsCaught: Number(suspects) || 0 }),
});

function useActions({ incident, open, queue, actions, announce }: ActionsPanelProps, draft: Signal<Draft>) {
  const texts = useTexts(dutyTexts);
  const nameOf = useName();
  const sent = useSignal<SentAction | null>(null);
  const busy = useSignal<string | null>(null);
  const needsOutcome = useSignal(false);
  const run = async (name: string, what: string, send: () => Promise<SentAction['outcome']>) => {
    if (busy.value) return;
    busy.value = name;
    sent.value = null;
    const outcome = await send();
    busy.value = null;
    sent.value = { what, outcome, again: () => run(name, what, send) };
    if (outcome.kind === 'done') {
      draft.value = emptyDraft;
      announce(texts.done(what));
      // The button that was pressed may be gone.
      document.getElementById('duty-actions')?.focus();
    }
    // A refusal, too, says that the incident is not as it is shown.
    if (outcome.kind !== 'failed') await open.read();
  };
  const note = () => draft.value.note.trim();
  const advance = (to: IncidentStatus): Promise<void> => {
    needsOutcome.value = to === 'RESOLVED' && !draft.value.outcome;
    if (needsOutcome.value) return Promise.resolve();
    const input = {
      incidentId: incident.id,
      to,
      ...(note() && { note: note() }),
      ...(to === 'RESOLVED' && resolutionOf(draft.value)),
    };
    return run(to, nameOf(actionNames, to), async () => {
      const outcome = await actions.send('advanceIncident', advanceIncident, input);
      if (outcome.kind === 'done') queue.merge(outcome.result as unknown as IncidentRow);
      return outcome;
    });
  };
  const addNote = (): Promise<void> => {
    const input = { incidentId: incident.id, note: note() };
    return run('NOTE', texts.addNote, () => actions.send('noteIncident', noteIncident, input));
  };
  return { sent, busy, needsOutcome, advance, addNote, resend: () => void sent.value?.again() };
}
