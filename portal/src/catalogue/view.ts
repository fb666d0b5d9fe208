// What a page of the catalogue shows, as the gateway selected it.
import type {
  Catalogue,
  CatalogueType,
  ErrorEntry,
  KeptOperation,
  MaskEntry,
  ScopeEntry,
} from './catalogue.ts';
import type { Filter, Found } from './search.ts';

export interface OwnerSummary {
  owner: string;
  types: number;
  entities: number;
  fields: number;
}

export type View =
  | { name: 'overview'; owners: readonly OwnerSummary[]; counts: Counts; entities: Catalogue['entities'] }
  | {
      name: 'type';
      type: CatalogueType;
      operations: readonly KeptOperation[];
      scopes: readonly ScopeEntry[];
      masks: readonly MaskEntry[];
    }
  | { name: 'error-codes'; errors: readonly ErrorEntry[] }
  | { name: 'scopes'; scopes: readonly ScopeEntry[]; masks: readonly MaskEntry[] }
  | { name: 'operations'; operations: readonly KeptOperation[] };

export interface Counts {
  queries: number;
  mutations: number;
  subscriptions: number;
  errors: number;
  scopes: number;
  operations: number;
}

/** How many results are shown at first. */
export const resultsAtFirst = 40;

export interface Searched {
  text: string;
  filter: Filter;
  found: readonly Found[];
  /** Of which `found` may have the first only. */
  count: number;
}

export interface CatalogueData {
  view: View;
  /** Null where nothing is searched. */
  searched: Searched | null;
  owners: readonly string[];
}

export type ViewNamed<Name extends View['name']> = Extract<View, { name: Name }>;
