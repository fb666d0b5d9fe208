// Starts the page with a client of the graph.
import { createClient } from '@district-graph/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { ClientProvider } from './graph-hooks.ts';

const client = createClient({ url: 'http://127.0.0.1:4000/graphql', language: 'zh' });
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <ClientProvider value={client}>
        <App />
      </ClientProvider>
    </StrictMode>,
  );
