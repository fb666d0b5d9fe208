// What became of an action, beside the button that started it.
import { Button } from '../../design/controls/button.tsx';
import { Notice } from '../../design/feedback/states.tsx';
import { usePage, useTexts } from '../../page/page-context.ts';
import { designTexts } from '../../texts/design.ts';
import { dutyTexts, statusNames } from '../../texts/duty.ts';
import type { ActionOutcome } from '../live/actions.ts';
import { useName } from './marks.tsx';

export interface SentAction {
  /** The name of the action. */
  what: string;
  outcome: ActionOutcome;
  /** Sends the same again, under the same idempotency key. */
  again: () => Promise<void>;
}

/** The outcome of these is not known: the request may have been applied. */
const unknownOutcome =
  /^(NETWORK_ERROR|TIMEOUT|BAD_RESPONSE|MUTATION_OUTCOME_UNKNOWN|OPERATION_TIMEOUT|SUBGRAPH_\w+|DATABASE_\w+|INTERNAL_SERVER_ERROR)$/;

export function OutcomeNotice({ sent, resend }: { sent: SentAction | null; resend: () => void }) {
  const texts = useTexts(dutyTexts);
  const design = useTexts(designTexts);
  const { language } = usePage();
  const nameOf = useName();
  if (!sent) return null;
  const { what, outcome } = sent;
  if (outcome.kind === 'done') return <Notice tone="good">{texts.done(what)}</Notice>;
  if (outcome.kind === 'refused')
    return (
      <Notice tone="warning">
        <p>
          <strong>
            {what} · {texts.refused}
          </strong>
          {inOneLanguage(outcome.message, language).replace(/\b[A-Z_]{4,}\b/g, (value) =>
            nameOf(statusNames, value),
          )}
        </p>
      </Notice>
    );
  const { error } = outcome;
  return (
    <Notice tone="bad">
      <p>
        <strong>{what}</strong> · {unknownOutcome.test(error.code) ? texts.failed : texts.notSent}
      </p>
      <p class="muted">
        {/^(NETWORK_ERROR|TIMEOUT)$/.test(error.code) ? design.offline : error.message}
        {error.traceId && (
          <>
            {' '}
            {design.traceId} <code>{error.traceId}</code>
          </>
        )}
      </p>
      <div>
        <Button size="small" onClick={resend}>
          {texts.retry}
        </Button>
      </div>
    </Notice>
  );
}

/** Refusals are in Chinese up to the last Chinese full stop, then in English. */
function inOneLanguage(message: string, language: string): string {
  const end = message.lastIndexOf('。 ') + 1;
  if (end === 0) return message;
  return language === 'en' ? message.slice(end).trim() : message.slice(0, end);
}
