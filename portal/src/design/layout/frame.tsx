// The frame of every page: skip link, header, navigation, the one title, content and footer.
import type { ComponentChildren } from 'preact';
import { useLanguage, useTexts } from '../../page/page-context.ts';
import type { PageDefinition } from '../../page/page-definition.ts';
import { designTexts } from '../../texts/design.ts';
import { Toasts } from '../feedback/toasts.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';

export function Frame({ page, children }: { page: PageDefinition; children: ComponentChildren }) {
  const texts = useTexts(designTexts);
  return (
    <>
      <a class="skip-link" href="#content">
        {texts.skip}
      </a>
      <div class="frame">
        <Header />
        <Navigation />
        <main class={page.largeType ? 'main large-type' : 'main'} id="content" tabIndex={-1}>
          <div class="content" data-width={page.width ?? 'normal'}>
            {!page.ownHead && <PageHead page={page} />}
            {children}
          </div>
        </main>
        <footer class="footer">{texts.footer}</footer>
      </div>
      <Toasts />
    </>
  );
}

function PageHead({ page }: { page: PageDefinition }) {
  const inLanguage = useLanguage();
  return (
    <div class="page-head">
      <h1>{inLanguage(page.title)}</h1>
      <p class="page-summary">{inLanguage(page.summary)}</p>
    </div>
  );
}
