// The graph's changelog: what each release changed, by owner, with what breaks marked, beside the entries of the platform's changelog.

import { LinkButton } from '../design/controls/button.tsx';
import { usePage, useTexts } from '../page/page-context.ts';
import { definePage } from '../page/page-definition.ts';
import { changesTexts } from '../texts/changes.ts';
import type { GraphChanges } from './changes.ts';
import './changes.css';
import { Release } from './release.tsx';

function Changes({ data: { releases } }: { data: GraphChanges }) {
  const texts = useTexts(changesTexts);
  const { language } = usePage();
  return (
    <>
      <div class="row">
        <LinkButton size="small" href={`/changes.atom?lang=${language}`}>
          Atom
        </LinkButton>
        <LinkButton size="small" href={`/changes.json?lang=${language}`}>
          JSON Feed
        </LinkButton>
        <a href="/docs/change-policy">{texts.policy}</a>
      </div>
      {releases.map((release) => (
        <Release key={release.version} release={release} />
      ))}
    </>
  );
}

export const changesPage = definePage<GraphChanges>({
  name: 'changes',
  path: '/changes',
  title: { zh: '变更', en: 'Changes' },
  summary: {
    zh: '图在各版本之间改了什么，会不会影响现有的查询。',
    en: 'What each release changes in the graph, and whether it breaks what exists.',
  },
  freshSeconds: Number.POSITIVE_INFINITY,
  ...(import.meta.env.SSR && {
    prepare: async () => ({ data: (await import('virtual:changes')).changes }),
  }),
  Component: Changes,
});
