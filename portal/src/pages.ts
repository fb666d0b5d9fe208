// The pages that the gateway renders. Browsers load one page each, through its `entry.tsx`.
import { boardPage } from './board/page.tsx';
import { cataloguePage } from './catalogue/page.tsx';
import { changesPage } from './changes/page.tsx';
import { docsPage } from './docs/page.tsx';
import { dutyPage } from './duty/page.tsx';
import { importPage } from './import/page.tsx';
import { notFoundPage } from './not-found/page.tsx';
import type { PageDefinition } from './page/page-definition.ts';
import { playgroundPage } from './playground/page.tsx';
import { programmePage } from './programme/page.tsx';
import { startPage } from './start/page.tsx';

export const notFound = notFoundPage as PageDefinition;

export const pages = [
  startPage,
  boardPage,
  cataloguePage,
  changesPage,
  playgroundPage,
  programmePage,
  dutyPage,
  importPage,
  docsPage,
] as readonly PageDefinition<never>[] as readonly PageDefinition[];
