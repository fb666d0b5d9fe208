// The state of each subgraph, from the gateway's readiness check, which probes them at most once a second for everyone.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Table } from '../design/data/table.tsx';
import { Badge, Notice } from '../design/feedback/states.tsx';
import { dateTime } from '../design/format/dates.ts';
import { useLanguage, useTexts } from '../page/page-context.ts';
import { startTexts, subgraphTexts } from '../texts/start.ts';

type State = 'up' | 'down' | 'unchecked' | 'checking';
type States = Readonly<Record<string, State>>;

const refreshMs = 15_000;
const tones = { up: 'good', down: 'bad', unchecked: 'neutral', checking: 'neutral' } as const;

const unknownStates: States = Object.fromEntries(
  Object.keys(subgraphTexts).map((name) => [name, 'checking' as const]),
);

async function loadStates(): Promise<States | null> {
  try {
    const answer = (await (await fetch('/health/ready')).json()) as { subgraphs?: States };
    return answer.subgraphs ?? null;
  } catch {
    return null;
  }
}

export function SubgraphStates() {
  const texts = useTexts(startTexts);
  const inLanguage = useLanguage();
  const states = useSignal<States | null>(unknownStates);
  const checkedAt = useSignal<string | null>(null);
  useEffect(() => {
    const refresh = async (): Promise<void> => {
      if (document.hidden) return;
      states.value = await loadStates();
      checkedAt.value = new Date().toISOString();
    };
    void refresh();
    const timer = setInterval(refresh, refreshMs);
    return () => clearInterval(timer);
  }, [states, checkedAt]);
  return (
    <section class="panel" id="subgraphs" aria-labelledby="subgraphs-title">
      <div class="panel-head">
        <h2 id="subgraphs-title">{texts.subgraphsTitle}</h2>
        {checkedAt.value && <span class="muted number">{texts.checkedAt(dateTime(checkedAt.value))}</span>}
      </div>
      {states.value ? (
        <Table
          caption={texts.subgraphsTitle}
          hidesCaption
          rows={Object.entries(states.value)}
          keyOf={([name]) => name}
          columns={[
            {
              name: 'name',
              heading: texts.subgraph,
              isRowHeading: true,
              cell: ([name]) => <code>{name}</code>,
            },
            {
              name: 'owns',
              heading: texts.owns,
              cell: ([name]) => inLanguage(subgraphTexts[name] ?? { zh: '—', en: '—' }),
            },
            {
              name: 'state',
              heading: texts.state,
              cell: ([, state]) => <Badge tone={tones[state]}>{texts[state]}</Badge>,
            },
          ]}
        />
      ) : (
        <Notice tone="bad">{texts.notReady}</Notice>
      )}
    </section>
  );
}
