// What the plugin for documents makes (build/documents-plugin.ts).
declare module 'virtual:documents' {
  export const documents: Record<string, import('../../build/render-document.ts').RenderedDocument[]>;
}

declare module 'virtual:sections/zh-CN' {
  export const sections: import('../../build/render-document.ts').Section[];
}

declare module 'virtual:sections/en' {
  export const sections: import('../../build/render-document.ts').Section[];
}
