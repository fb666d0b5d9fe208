// Selects, in the gateway, what a page of the catalogue shows.
import type { Preparation, Prepared } from '../page/page-definition.ts';
import type { Catalogue } from './catalogue.ts';
import { search } from './search.ts';
import { type CatalogueData, resultsAtFirst, type Searched, type View } from './view.ts';

export async function prepareCatalogue({ path, parameters }: Preparation): Promise<Prepared<CatalogueData>> {
  const { catalogue } = await import('virtual:catalogue');
  const name = path.slice('/catalogue'.length).replace(/^\//, '');
  const view = viewOf(catalogue, name);
  if (!view)
    return {
      data: { view: { name: 'operations', operations: [] }, searched: null, owners: [] },
      status: 404,
    };
  return {
    data: { view, searched: await searched(parameters), owners: catalogue.owners },
    ...(view.name === 'type' && { title: view.type.name }),
  };
}

function viewOf(catalogue: Catalogue, name: string): View | null {
  const { types, errors, scopes, masks, operations } = catalogue;
  if (name === '') return overviewOf(catalogue);
  if (name === 'error-codes') return { name, errors };
  if (name === 'scopes') return { name, scopes, masks };
  if (name === 'operations') return { name, operations };
  const type = types.find((each) => each.name === name);
  if (!type) return null;
  const used = new Set(type.usedBy);
  const required = new Set(
    [type.access, ...type.fields.map(({ access }) => access)].map((rule) => rule?.scope),
  );
  return {
    name: 'type',
    type,
    operations: operations.filter((operation) => used.has(operation.name)),
    scopes: scopes.filter(({ scope }) => required.has(scope)).map((scope) => ({ ...scope, requiredBy: [] })),
    masks,
  };
}

function overviewOf({ owners, types, entities, errors, scopes, operations }: Catalogue): View {
  const fieldsOf = (name: string): number => types.find((type) => type.name === name)?.fields.length ?? 0;
  return {
    name: 'overview',
    entities,
    owners: owners.map((owner) => ({
      owner,
      types: types.filter((type) => type.owners.includes(owner)).length,
      entities: types.filter((type) => type.keys.length > 0 && type.owners.includes(owner)).length,
      fields: types.reduce(
        (sum, { fields }) => sum + fields.filter((field) => field.owners.includes(owner)).length,
        0,
      ),
    })),
    counts: {
      queries: fieldsOf('Query'),
      mutations: fieldsOf('Mutation'),
      subscriptions: fieldsOf('Subscription'),
      errors: errors.length,
      scopes: scopes.length,
      operations: operations.length,
    },
  };
}

async function searched({
  q = '',
  owner = '',
  kind = '',
}: Readonly<Record<string, string>>): Promise<Searched | null> {
  if (!q && !owner && !kind) return null;
  const { searchIndex } = await import('virtual:search-index');
  const found = search(searchIndex, q, { owner, kind });
  return { text: q, filter: { owner, kind }, found: found.slice(0, resultsAtFirst), count: found.length };
}
