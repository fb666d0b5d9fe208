// What each component may know of the page that it is on, the same in the gateway and in browsers.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Bilingual, inOne, type Language, type TextsIn, textsIn } from './language.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The gateway's settings that pages need. All are public. */
interface PageSettings {
  /** Whether the gateway issues tokens for made-up viewers. */
  developmentTokens: boolean;
  /** The identity provider of an installation; null where there is none. */
  oidc: { issuer: string; clientId: string } | null;
  playground: boolean;
}

export interface PageContext {
  language: Language;
  theme: Theme;
  /** The path that was requested, such as `/docs/analyst`. */
  path: string;
  /** The parameters that the page reads, as they were requested. */
  parameters: Readonly<Record<string, string>>;
  settings: PageSettings;
  /** The day in the city, such as `2026-11-28`. */
  today: string;
}

const Context = createContext<PageContext | null>(null);
export const PageContextProvider = Context.Provider;

export function usePage(): PageContext {
  const context = useContext(Context);
  if (!context) throw new Error('a component outside of a page');
  return context;
}

export const useTexts = <Each extends Parameters<typeof textsIn>[0]>(texts: Each): TextsIn<Each> =>
  textsIn(texts, usePage().language);

/** A function that selects the text of this page's language. */
export const useLanguage = (): (<Text>(text: Bilingual<Text>) => Text) => {
  const { language } = usePage();
  return (text) => inOne(text, language);
};
