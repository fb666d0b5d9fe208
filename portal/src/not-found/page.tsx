// What is shown for an address that there is not.
import { LinkButton } from '../design/controls/button.tsx';
import { useTexts } from '../page/page-context.ts';
import { definePage } from '../page/page-definition.ts';
import { notFoundTexts } from '../texts/not-found.ts';

function NotFound() {
  const texts = useTexts(notFoundTexts);
  return (
    <div class="row">
      <LinkButton href="/" kind="primary">
        {texts.toStart}
      </LinkButton>
      <LinkButton href="/docs">{texts.toDocs}</LinkButton>
    </div>
  );
}

export const notFoundPage = definePage({
  name: 'not-found',
  path: '',
  title: { zh: '没有这个页面', en: 'Page not found' },
  summary: {
    zh: '地址可能有误，或页面已移走。GraphQL 的地址是 /graphql。',
    en: 'The address may be wrong, or the page has moved. GraphQL is at /graphql.',
  },
  Component: NotFound,
  width: 'reading',
});
