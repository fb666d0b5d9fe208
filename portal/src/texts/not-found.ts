// The texts of the page for unknown addresses.
import { defineTexts } from '../page/language.ts';

export const notFoundTexts = defineTexts({
  toStart: { zh: '到首页', en: 'Go to the start page' },
  toDocs: { zh: '查文档', en: 'Search the documents' },
});
