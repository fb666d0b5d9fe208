// The two languages of the pages, and texts that exist in both.
export type Language = 'zh-CN' | 'en';

/** A text in both languages; texts with figures or names in them are functions. */
export interface Bilingual<Text = string> {
  zh: Text;
  en: Text;
}

// biome-ignore lint/suspicious/noExplicitAny: the parameters of each text are inferred where it is used.
type Texts = Record<string, Bilingual | Bilingual<(...values: any[]) => string>>;

export type TextsIn<Each extends Texts> = {
  readonly [Key in keyof Each]: Each[Key] extends Bilingual<(...values: infer Values) => string>
    ? (...values: Values) => string
    : string;
};

/** Declares the texts of a page. Both languages are required. */
export const defineTexts = <const Each extends Texts>(texts: Each): Each => texts;

const selected = new WeakMap<object, Map<Language, object>>();

/** The texts in one language. */
export function textsIn<Each extends Texts>(texts: Each, language: Language): TextsIn<Each> {
  const known = selected.get(texts) ?? new Map<Language, object>();
  selected.set(texts, known);
  let inLanguage = known.get(language);
  if (!inLanguage) {
    const entries = Object.entries(texts).map(([key, text]) => [key, inOne<unknown>(text, language)]);
    inLanguage = Object.fromEntries(entries) as object;
    known.set(language, inLanguage);
  }
  return inLanguage as TextsIn<Each>;
}

/** The one of two texts that is in this language. */
export const inOne = <Text>({ zh, en }: Bilingual<Text>, language: Language): Text =>
  language === 'en' ? en : zh;
