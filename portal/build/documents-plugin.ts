// A Vite plugin with the documents of docs/ as modules, rendered when the pages are built.
import type { Plugin } from 'vite';

export const documentsPlugin = (): Plugin => ({ name: 'documents' });
