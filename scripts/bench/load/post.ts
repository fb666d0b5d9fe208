// Sends one request to a gateway or subgraph.

export async function post(url: string, body: string): Promise<{ data?: unknown; errors?: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  });
  return (await response.json()) as { data?: unknown; errors?: unknown };
}
