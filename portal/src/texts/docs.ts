// The texts around the documents.
import { defineTexts } from '../page/language.ts';

export const docsTexts = defineTexts({
  searchLabel: { zh: '搜索文档', en: 'Search the documents' },
  searchPlaceholder: { zh: '例如：分页、备份、null', en: 'For example: paging, backup, null' },
  search: { zh: '搜索', en: 'Search' },
  results: {
    zh: (count: string) => `找到 ${count} 处`,
    en: (count: string) => `${count} ${count === '1' ? 'place' : 'places'} found`,
  },
  noResults: {
    zh: '没有找到。换个词试试，或浏览目录。',
    en: 'Nothing found. Try another word, or browse the list.',
  },
  allDocuments: { zh: '全部文档', en: 'All documents' },
  onThisPage: { zh: '本页内容', en: 'On this page' },
});
