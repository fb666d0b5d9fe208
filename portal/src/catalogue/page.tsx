// The catalogue: search, the picture of entities, and a page for each type, for error codes, scopes and kept operations.
import { useSignal } from '@preact/signals';
import { definePage } from '../page/page-definition.ts';
import { Breadcrumb, ErrorCodes, Operations, Scopes } from './reference.tsx';
import './catalogue.css';
import { Overview } from './overview.tsx';
import { prepareCatalogue } from './prepare.ts';
import { SearchPanel } from './search-panel.tsx';
import { TypePage } from './type/type-page.tsx';
import type { CatalogueData } from './view.ts';

function CataloguePage({ data: { view, searched, owners } }: { data: CatalogueData }) {
  const isSearching = useSignal(searched !== null);
  return (
    <>
      <SearchPanel
        first={searched}
        owners={owners}
        onSearch={(isSearched) => {
          isSearching.value = isSearched;
        }}
      />
      {!isSearching.value && (
        <>
          {view.name !== 'overview' && <Breadcrumb view={view} />}
          {view.name === 'overview' && <Overview view={view} />}
          {view.name === 'type' && <TypePage view={view} />}
          {view.name === 'error-codes' && <ErrorCodes errors={view.errors} />}
          {view.name === 'scopes' && <Scopes view={view} />}
          {view.name === 'operations' && <Operations operations={view.operations} />}
        </>
      )}
    </>
  );
}

export const cataloguePage = definePage<CatalogueData>({
  name: 'catalogue',
  path: '/catalogue/*',
  title: { zh: '目录', en: 'Catalogue' },
  summary: {
    zh: '图里有什么，归哪个部门，谁能看到：每个类型、字段、参数和错误码。',
    en: 'What is in the graph, which bureau owns it and who sees it: every type, field, argument and error code.',
  },
  parameters: ['q', 'owner', 'kind'],
  // Only a new build changes it.
  freshSeconds: Number.POSITIVE_INFINITY,
  ...(import.meta.env.SSR && { prepare: prepareCatalogue }),
  Component: CataloguePage,
});
