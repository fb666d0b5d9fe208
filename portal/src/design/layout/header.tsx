// The header: name of the site, who is signed in, and the switches of language and theme, which work without JavaScript.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLanguage, usePage, useTexts } from '../../page/page-context.ts';
import { siteName } from '../../page/site.ts';
import { session } from '../../session/session.ts';
import { designTexts } from '../../texts/design.ts';
import icon from '../icon.svg';
import { Icon } from './icons.tsx';
import { nextTheme, setTheme, withParameter } from './preferences.ts';

export function Header() {
  const inLanguage = useLanguage();
  return (
    <header class="header">
      <a class="brand" href="/">
        <img src={icon} alt="" width="28" height="28" />
        {inLanguage(siteName)}
      </a>
      <div class="header-tools">
        <ViewerLink />
        <ThemeLink />
        <LanguageLink />
      </div>
    </header>
  );
}

/** Who is signed in is known in the browser only. */
function ViewerLink() {
  const texts = useTexts(designTexts);
  const isMounted = useSignal(false);
  useEffect(() => {
    isMounted.value = true;
  }, []);
  const viewer = isMounted.value ? session.value : null;
  const label = viewer ? texts.signedInAs(viewer.name) : texts.signedOut;
  return (
    <a class="header-tool" href="/#token" aria-label={label} title={label}>
      <Icon name="viewer" />
      <span class="header-tool-text">{viewer?.name ?? texts.signedOut}</span>
    </a>
  );
}

function ThemeLink() {
  const texts = useTexts(designTexts);
  const page = usePage();
  const theme = useSignal(page.theme);
  const label = { auto: texts.themeAuto, light: texts.themeLight, dark: texts.themeDark }[theme.value];
  const next = nextTheme(theme.value);
  return (
    <a
      class="header-tool"
      href={withParameter(page, 'theme', next)}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.preventDefault();
        setTheme(next);
        theme.value = next;
      }}
    >
      <Icon name={theme.value} />
    </a>
  );
}

function LanguageLink() {
  const texts = useTexts(designTexts);
  const page = usePage();
  const other = page.language === 'en' ? 'zh-CN' : 'en';
  return (
    <a
      class="header-tool"
      href={withParameter(page, 'lang', other)}
      hreflang={other}
      lang={other}
      onClick={(event) => {
        // The view may have changed since the gateway rendered this link.
        const here = new URL(location.href);
        here.searchParams.set('lang', other);
        event.currentTarget.href = here.href;
      }}
    >
      <Icon name="language" />
      {texts.otherLanguage}
    </a>
  );
}
