// Takes over, in the browser, a page that the gateway rendered.
import '../design/design.css';
import { hydrate } from 'preact';
import { Frame } from '../design/layout/frame.tsx';
import { PageContextProvider } from './page-context.ts';
import { type PageData, pageDataId } from './page-data.ts';
import type { PageDefinition } from './page-definition.ts';

export function mount<Data>(page: PageDefinition<Data>): void {
  const root = document.getElementById('page');
  const text = document.getElementById(pageDataId)?.textContent;
  if (!root || !text) throw new Error('the page was not rendered by the gateway');
  const { context, data } = JSON.parse(text) as PageData;
  const { Component } = page;
  hydrate(
    <PageContextProvider value={context}>
      <Frame page={page as PageDefinition}>
        <Component data={data as Data} />
      </Frame>
    </PageContextProvider>,
    root,
  );
}
