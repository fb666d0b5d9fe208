// What came back: the answer or the events of a subscription, the plan with its cost, and code that does the same.
import { useSignal } from '@preact/signals';
import { Button, Segments } from '../../design/controls/button.tsx';
import { Tabs } from '../../design/controls/tabs.tsx';
import { Code } from '../../design/data/code.tsx';
import { Badge } from '../../design/feedback/states.tsx';
import { announce } from '../../design/feedback/toasts.tsx';
import { useTexts } from '../../page/page-context.ts';
import { session } from '../../session/session.ts';
import { playgroundTexts } from '../../texts/playground.ts';
import { codeSample, type SampleKind, sampleKinds } from '../code-samples.ts';
import { Editor } from '../editor/editor.tsx';
import { isSubscriptionIn, type Run, run, wantsPlan } from '../run.ts';
import { draft, variablesOf } from '../workspace.ts';

export function Output() {
  const texts = useTexts(playgroundTexts);
  return (
    <Tabs
      label={texts.output}
      onSelect={(name) => {
        wantsPlan.value = name === 'plan';
      }}
      tabs={[
        { name: 'answer', label: texts.answer, content: <Answer /> },
        { name: 'plan', label: texts.plan, content: <Plan /> },
        { name: 'code', label: texts.code, content: <CodePanel /> },
      ]}
    />
  );
}

function Answer() {
  const texts = useTexts(playgroundTexts);
  const current = run.value;
  if (!current) return <p class="muted">{texts.waiting}</p>;
  const shown = current.isSubscription ? current.texts.toReversed() : current.texts;
  return (
    <div class="answer">
      <Facts run={current} />
      {current.isSubscription && current.state === 'running' && shown.length === 0 && (
        <p class="muted">{texts.noEvents}</p>
      )}
      <Editor
        kind="answer"
        label={texts.answer}
        text={shown.join('\n')}
        version={`${current.texts.length} ${current.bytes} ${current.state} ${current.ms}`}
      />
    </div>
  );
}

function Facts({
  run: { state, status, ms, bytes, texts: received, isSubscription, hasErrors },
}: {
  run: Run;
}) {
  const texts = useTexts(playgroundTexts);
  const label =
    state === 'running'
      ? isSubscription
        ? texts.listening
        : texts.running
      : hasErrors
        ? texts.withErrors
        : texts.ok;
  return (
    <p class="row number" role="status">
      <Badge tone={state === 'running' ? 'neutral' : hasErrors ? 'bad' : 'good'}>{label}</Badge>
      {status !== null && <span>HTTP {status}</span>}
      {isSubscription && <span>{texts.events(received.length)}</span>}
      {state === 'done' && (
        <span class="muted">
          {Math.round(ms)} ms · {(bytes / 1000).toFixed(1)} kB
        </span>
      )}
    </p>
  );
}

function Plan() {
  const texts = useTexts(playgroundTexts);
  const current = run.value;
  if (!current || current.state === 'running') return <p class="muted">{texts.planWaiting}</p>;
  if (!current.plan) return <p class="muted">{wantsPlan.value ? texts.planWaiting : texts.noPlan}</p>;
  const { planner, planningMs, fetches, stages, estimatedCost, text } = current.plan;
  const facts: [string, string | number][] = [
    [texts.cost, estimatedCost],
    [texts.fetches, fetches],
    [texts.stages, stages],
    [texts.planning, `${planningMs.toFixed(2)} ms`],
    [
      texts.planner,
      planner === 'own' ? texts.ownPlanner : planner === 'apollo' ? texts.apolloPlanner : planner,
    ],
  ];
  return (
    <div class="stack-tight">
      <dl class="plan-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="number">{value}</dd>
          </div>
        ))}
      </dl>
      <Code text={text} label={texts.planText} />
    </div>
  );
}

function CodePanel() {
  const texts = useTexts(playgroundTexts);
  const kind = useSignal<SampleKind>('curl');
  const { query, variables } = draft.value;
  const code = codeSample(
    kind.value,
    { query: query.trim(), variables: variablesOf(variables) ?? {}, isSubscription: isSubscriptionIn(query) },
    {
      origin: globalThis.location?.origin ?? '',
      hasToken: session.value !== null,
      purpose: session.value?.purpose ?? null,
    },
  );
  return (
    <div class="stack-tight">
      <div class="row row-apart">
        <Segments
          label={texts.language}
          value={kind.value}
          options={sampleKinds.map((value) => ({ value, label: value }))}
          onChange={(next) => {
            kind.value = next;
          }}
        />
        <Button
          size="small"
          onClick={async () => {
            await navigator.clipboard.writeText(code);
            announce(texts.copied);
          }}
        >
          {texts.copy}
        </Button>
      </div>
      <Code text={code} label={texts.code} />
    </div>
  );
}
