// The sections of the documents in one language, loaded when they are first searched.
import type { Section } from '../../build/render-document.ts';
import type { Language } from '../page/language.ts';

export const loadSections = (language: Language): Promise<{ sections: Section[] }> =>
  language === 'en' ? import('virtual:sections/en') : import('virtual:sections/zh-CN');
