// Modules that `build/graph-data-plugin.ts` makes when the pages are built. Those with data are for the gateway only.
declare module 'virtual:catalogue' {
  export const catalogue: import('./catalogue/catalogue.ts').Catalogue;
}
declare module 'virtual:search-index' {
  export const searchIndex: import('./catalogue/search.ts').SearchIndex;
}
declare module 'virtual:changes' {
  export const changes: import('./changes/changes.ts').GraphChanges;
}
declare module 'virtual:data-files' {
  /** The path of the search index as a file. */
  export const searchIndexPath: string;
}
