// The data that the gateway puts into a page for the code that takes it over in the browser.
import type { PageContext } from './page-context.ts';

export interface PageData {
  context: PageContext;
  data: unknown;
}

export const pageDataId = 'page-data';

/** JSON that cannot end the script element that it stands in. */
export const pageDataText = (data: PageData): string => JSON.stringify(data).replaceAll('<', '\\u003c');
