// What stands where content is not: loading, nothing to show, or an error with what to do about it.
import type { ComponentChildren } from 'preact';
import { type GraphError, messageIn } from '../../graph/graph-error.ts';
import { textsIn } from '../../page/language.ts';
import { type PageContext, usePage, useTexts } from '../../page/page-context.ts';
import { designTexts } from '../../texts/design.ts';
import { Button } from '../controls/button.tsx';

/** Bars in place of content. They appear after 300 ms, so that quick answers do not flicker. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const texts = useTexts(designTexts);
  return (
    <div class="stack-tight" role="status">
      <span class="visually-hidden">{texts.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span class="skeleton" key={line} />
      ))}
    </div>
  );
}

interface EmptyStateProps {
  title: string;
  /** Why there is nothing, and the next step. */
  children?: ComponentChildren;
}

export const EmptyState = ({ title, children }: EmptyStateProps) => (
  <div class="state">
    <p class="state-title">{title}</p>
    {children}
  </div>
);

interface ErrorStateProps {
  error: GraphError;
  /** What failed; by default, that data could not be loaded. */
  title?: string;
  retry?: () => void;
}

/** An error of a request: the message, what to do, and the id with which operators find it. */
export function ErrorState({ error, title, retry }: ErrorStateProps) {
  const page = usePage();
  const texts = useTexts(designTexts);
  return (
    <div class="state" role="alert">
      <p class="state-title">{title ?? texts.failedTitle}</p>
      <p>{messageIn(error.message, page.language)}</p>
      <p class="muted">{adviceFor(error, page)}</p>
      {error.traceId && (
        <p class="muted">
          {texts.traceId} <code>{error.traceId}</code>
        </p>
      )}
      {retry && <Button onClick={retry}>{texts.retry}</Button>}
    </div>
  );
}

function adviceFor({ code }: GraphError, { language }: PageContext): string {
  const texts = textsIn(designTexts, language);
  if (code === 'OFFLINE') return texts.offline;
  if (code === 'UNAUTHENTICATED') return texts.signInAgain;
  if (code === 'FORBIDDEN') return texts.notAllowed;
  if (code === 'RATE_LIMITED' || code === 'OVERLOADED') return texts.waitAndRetry;
  return texts.tryLater;
}

type Tone = 'neutral' | 'good' | 'warning' | 'bad';

/** A message that belongs to what is beside it, such as the refusal of a change. */
export const Notice = ({ tone = 'neutral', children }: { tone?: Tone; children: ComponentChildren }) => (
  <div class="notice" data-tone={tone} role={tone === 'bad' || tone === 'warning' ? 'alert' : undefined}>
    {children}
  </div>
);

const marks: Readonly<Record<Tone, string>> = {
  neutral: 'M1 5h8v2H1z',
  good: 'M5 0a5 5 0 1 1 0 10A5 5 0 0 1 5 0z',
  warning: 'M5 0l5 10H0z',
  bad: 'M0 0h10v10H0z',
};

/** A word for a state, with a shape beside its colour. */
export const Badge = ({ tone = 'neutral', children }: { tone?: Tone; children: ComponentChildren }) => (
  <span class="badge" data-tone={tone}>
    <svg viewBox="0 0 10 10" aria-hidden="true">
      <path d={marks[tone]} />
    </svg>
    {children}
  </span>
);
