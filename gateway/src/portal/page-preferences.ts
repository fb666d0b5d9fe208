// The language and the theme of a page: from its address, else from a cookie, and the language else from what the browser accepts.
import type { IncomingMessage } from 'node:http';

export type Language = 'zh-CN' | 'en';
export type Theme = 'auto' | 'light' | 'dark';

export interface PagePreferences {
  language: Language;
  theme: Theme;
  /** `Set-Cookie` headers for what the address chooses. */
  cookies: readonly string[];
}

const yearSeconds = 31_536_000;
const themes: readonly string[] = ['auto', 'light', 'dark'];

export function pagePreferences({ headers }: IncomingMessage, search: URLSearchParams): PagePreferences {
  const stored = cookiesOf(headers.cookie ?? '');
  const chosenLanguage = languageNamed(search.get('lang'));
  const chosenTheme = themeNamed(search.get('theme'));
  return {
    language:
      chosenLanguage ?? languageNamed(stored.get('lang')) ?? acceptedLanguage(headers['accept-language']),
    theme: chosenTheme ?? themeNamed(stored.get('theme')) ?? 'auto',
    cookies: [
      ...(chosenLanguage ? [cookie('lang', chosenLanguage)] : []),
      ...(chosenTheme ? [cookie('theme', chosenTheme)] : []),
    ],
  };
}

const cookie = (name: string, value: string): string =>
  `${name}=${value}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax`;

function cookiesOf(header: string): Map<string, string> {
  return new Map(
    header.split(';').map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name.trim(), value.trim()];
    }),
  );
}

/** `zh`, `zh-CN`, `zh-Hans`, `en`, `en-GB` …; null for other languages. */
function languageNamed(name: string | null | undefined): Language | null {
  if (/^zh(-|$)/i.test(name ?? '')) return 'zh-CN';
  return /^en(-|$)/i.test(name ?? '') ? 'en' : null;
}

const themeNamed = (name: string | null | undefined): Theme | null =>
  name && themes.includes(name) ? (name as Theme) : null;

/** The language with the higher weight; Chinese where neither is accepted. */
function acceptedLanguage(header = ''): Language {
  let [best, bestWeight]: [Language, number] = ['zh-CN', 0];
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim());
    const language = languageNamed(name);
    const q = parameters.find((each) => each.startsWith('q='))?.slice(2);
    const weight = q === undefined ? 1 : Number(q) || 0;
    if (language && weight > bestWeight) [best, bestWeight] = [language, weight];
  }
  return best;
}
