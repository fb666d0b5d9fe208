// The playground: an editor for operations with completion, examples, documentation and history beside it, and what comes back.
import { useEffect } from 'preact/hooks';
import { Tabs } from '../design/controls/tabs.tsx';
import { usePage, useTexts } from '../page/page-context.ts';
import { definePage } from '../page/page-definition.ts';
import { playgroundTexts } from '../texts/playground.ts';
import '../catalogue/catalogue.css';
import { Editor } from './editor/editor.tsx';
import { loadSchema } from './editor/schema.ts';
import { examplesOf } from './examples.ts';
import { DocsPanel } from './panels/docs-panel.tsx';
import { ExamplesPanel } from './panels/examples-panel.tsx';
import { HistoryPanel } from './panels/history-panel.tsx';
import { Output } from './panels/output.tsx';
import './playground.css';
import { send } from './run.ts';
import { Toolbar } from './toolbar.tsx';
import { draft, openWorkspace, replaced } from './workspace.ts';

interface PlaygroundData {
  purposes: readonly string[];
}

function Playground({ data: { purposes } }: { data: PlaygroundData }) {
  const texts = useTexts(playgroundTexts);
  const { today } = usePage();
  useEffect(() => {
    const [first] = examplesOf(today);
    openWorkspace({ query: first?.query ?? '', variables: JSON.stringify(first?.variables ?? {}, null, 2) });
    void loadSchema();
  }, [today]);
  const runNow = (): void => void send(draft.value, texts.invalidVariables);
  return (
    <div class="playground">
      <Toolbar purposes={purposes} />
      <div class="playground-panes">
        <aside class="playground-tools panel" aria-label={texts.tools}>
          <Tabs
            label={texts.tools}
            tabs={[
              { name: 'examples', label: texts.examples, content: <ExamplesPanel /> },
              { name: 'docs', label: texts.docs, content: <DocsPanel /> },
              { name: 'history', label: texts.history, content: <HistoryPanel /> },
            ]}
          />
        </aside>
        <div class="playground-editors">
          <h2 class="pane-title">{texts.query}</h2>
          <Editor
            kind="graphql"
            label={texts.query}
            text={draft.value.query}
            version={replaced.value}
            onChange={(query) => {
              draft.value = { ...draft.value, query };
            }}
            onRun={runNow}
          />
          <h2 class="pane-title">{texts.variables}</h2>
          <Editor
            kind="json"
            label={texts.variables}
            text={draft.value.variables}
            version={replaced.value}
            onChange={(variables) => {
              draft.value = { ...draft.value, variables };
            }}
            onRun={runNow}
          />
        </div>
        <section class="playground-output panel" aria-label={texts.output}>
          <Output />
        </section>
      </div>
    </div>
  );
}

export const playgroundPage = definePage<PlaygroundData>({
  name: 'playground',
  path: '/playground/',
  title: { zh: '查询页', en: 'Playground' },
  summary: {
    zh: '写查询、变更和订阅，立即看到答复、计划和代价。',
    en: 'Write queries, mutations and subscriptions, and see their answers, plans and costs.',
  },
  width: 'full',
  freshSeconds: Number.POSITIVE_INFINITY,
  ...(import.meta.env.SSR && {
    prepare: async () => {
      const { catalogue } = await import('virtual:catalogue');
      const purposes = [...new Set(catalogue.scopes.flatMap((scope) => scope.purposes))].sort();
      return { data: { purposes } };
    },
  }),
  Component: Playground,
});
