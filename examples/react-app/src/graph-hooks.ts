// React hooks over the client: a query, a mutation and a subscription as state of a component.
import {
  type Answer,
  type Client,
  GraphError,
  type SubscriptionState,
  type TypedDocument,
} from '@district-graph/client';
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';

const ClientContext = createContext<Client | null>(null);
export const ClientProvider = ClientContext.Provider;

function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('There is no ClientProvider above this component.');
  return client;
}

/** The variables of the last render with the same content, so that effects run only when it changes. */
function useSame<Variables>(variables: Variables): Variables {
  const kept = useRef(variables);
  if (JSON.stringify(kept.current) !== JSON.stringify(variables)) kept.current = variables;
  return kept.current;
}

export interface QueryState<Data> {
  /** The last answer, also while a newer one is on its way. */
  answer: Answer<Data> | null;
  error: GraphError | null;
  isLoading: boolean;
  reload: () => void;
}

export function useQuery<Data, Variables extends Record<string, unknown>>(
  document: TypedDocument<Data, Variables>,
  variables: Variables,
): QueryState<Data> {
  const client = useClient();
  const same = useSame(variables);
  const [loads, setLoads] = useState(0);
  const [state, setState] = useState<Omit<QueryState<Data>, 'reload'>>({
    answer: null,
    error: null,
    isLoading: true,
  });
  useEffect(() => {
    const leaving = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    client
      .query<Data, Record<string, unknown>>(document as TypedDocument<Data, Record<string, unknown>>, same, {
        signal: leaving.signal,
      })
      .then(
        (answer) => setState({ answer, error: null, isLoading: false }),
        (error) => {
          if (error instanceof GraphError) setState((before) => ({ ...before, error, isLoading: false }));
        },
      );
    return () => leaving.abort();
  }, [client, document, same, loads]);
  const reload = useCallback(() => setLoads((count) => count + 1), []);
  return { ...state, reload };
}

export function useMutation<Data, Variables extends Record<string, unknown>>(
  document: TypedDocument<Data, Variables>,
): [
  run: (variables: Variables) => Promise<Data | null>,
  state: { isRunning: boolean; error: GraphError | null },
] {
  const client = useClient();
  const [state, setState] = useState<{ isRunning: boolean; error: GraphError | null }>({
    isRunning: false,
    error: null,
  });
  const run = useCallback(
    async (variables: Variables) => {
      setState({ isRunning: true, error: null });
      try {
        const { data } = await client.mutate<Data, Record<string, unknown>>(
          document as TypedDocument<Data, Record<string, unknown>>,
          variables,
        );
        setState({ isRunning: false, error: null });
        return data;
      } catch (error) {
        if (!(error instanceof GraphError)) throw error;
        setState({ isRunning: false, error });
        return null;
      }
    },
    [client, document],
  );
  return [run, state];
}

/** Calls `onData` for each event; returns the state of the connection. */
export function useSubscription<Data, Variables extends Record<string, unknown>>(
  document: TypedDocument<Data, Variables>,
  variables: Variables,
  onData: (data: Data) => void,
): SubscriptionState {
  const client = useClient();
  const same = useSame(variables);
  const latest = useRef(onData);
  latest.current = onData;
  const [state, setState] = useState<SubscriptionState>({ status: 'connecting', waiting: 0, error: null });
  useEffect(() => {
    const stream = client.subscribe<Data, Record<string, unknown>>(
      document as TypedDocument<Data, Record<string, unknown>>,
      same,
      { onState: setState },
    );
    const read = async () => {
      for await (const { data } of stream) if (data) latest.current(data);
    };
    // Its state says why it has ended.
    read().catch(() => {});
    return () => stream.close();
  }, [client, document, same]);
  return state;
}
