// RemoteGraphQLDataSource of @apollo/gateway, whose requests our HTTP client sends wherever nothing else is asked for.
import {
  RemoteGraphQLDataSource as ApolloDataSource,
  type GraphQLDataSourceProcessOptions,
} from '@apollo/gateway';
import type { GatewayGraphQLRequest, GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { headerOf } from '../fetching/response-reader.ts';
import { restrictCachePolicy } from './cache-policy.ts';
import { lazyRequest, lazyResponse, textOfResponse } from './lazy-messages.ts';
import type { MessageHeaders } from './message-headers.ts';
import { type ClientOf, callAsText, connect, type SubgraphCall } from './subgraph-call.ts';

// biome-ignore lint/suspicious/noExplicitAny: the type of @apollo/gateway.
type AnyContext = Record<string, any>;

type Options<Context extends AnyContext> = Extract<
  GraphQLDataSourceProcessOptions<Context>,
  { incomingRequestContext: unknown }
>;
type Path = Options<AnyContext>['pathInIncomingRequest'];

/** Methods that work on the objects of Apollo's HTTP client: where one is overridden, that client is used. */
const httpMethods = ['process', 'parseBody', 'errorFromResponse'] as const;

/** A `TextDataSource`, which its declarations do not say: they would need those of our client. */
export class RemoteGraphQLDataSource<
  Context extends AnyContext = AnyContext,
> extends ApolloDataSource<Context> {
  /** Of Apollo's HTTP client; undefined where the configuration has another. */
  #defaultFetcher: unknown;
  #clientOf: ClientOf | null = null;

  constructor(config?: ConstructorParameters<typeof ApolloDataSource<Context>>[0]) {
    super(config);
    this.#defaultFetcher = config?.fetcher ? undefined : this.fetcher;
  }

  /** @internal */
  [connect](clientOf: ClientOf): void {
    const isOverridden = httpMethods.some((name) => this[name] !== ApolloDataSource.prototype[name]);
    const usesOurClient = this.fetcher === this.#defaultFetcher && !this.apq && !isOverridden;
    this.#clientOf = usesOurClient ? clientOf : null;
  }

  /** @internal */
  async [callAsText](call: SubgraphCall): Promise<string> {
    const { body, incoming, pathOf, documentOf } = call;
    const lazy = lazyRequest(body, this.url);
    const { message: request } = lazy;
    const options: Options<Context> = {
      // The value of an enum that the package does not export.
      kind: 'incoming operation' as Options<Context>['kind'],
      request,
      incomingRequestContext: incoming as Options<Context>['incomingRequestContext'],
      context: incoming.context as Context,
      get pathInIncomingRequest() {
        return pathOf() as Path;
      },
      ...(documentOf && { document: documentOf(request.query ?? '') }),
    };
    const clientOf = this.#clientOf;
    if (!clientOf) return textOfResponse(await this.process(options));
    const asked = this.willSendRequest?.(options);
    if (asked) await asked;
    const { http } = request;
    const headers = http?.headers as MessageHeaders;
    // Sent elsewhere or in another way: Apollo's HTTP client can do that.
    if (http?.url !== this.url || http.method !== 'POST' || !headers.areForwardable)
      return textOfResponse(
        // biome-ignore lint/complexity/useLiteralKeys: it is private in TypeScript alone.
        await this.#respond(await this['sendRequest'](request, options.context), call, request),
      );
    let head = '';
    let text: string;
    try {
      const onHead = (received: string) => {
        head = received;
      };
      text = await clientOf(this.url).call(
        lazy.text(),
        call.isMutation,
        headers.forwarded(),
        onHead,
        call.lifetime,
      );
    } catch (error) {
      this.#report(error as Error, request, options.context);
      throw error;
    }
    if (!this.didReceiveResponse) {
      this.#restrict(call, () => headerOf(head, 'cache-control'));
      return text;
    }
    const received = lazyResponse(text, head);
    const response = await this.#respond(received.message, call, request);
    return response === received.message ? received.text() : textOfResponse(response);
  }

  async #respond(
    response: GatewayGraphQLResponse,
    call: SubgraphCall,
    request: GatewayGraphQLRequest,
  ): Promise<GatewayGraphQLResponse> {
    const { pathOf, incoming } = call;
    const result = this.didReceiveResponse
      ? await this.didReceiveResponse({
          response,
          request,
          context: incoming.context as Context,
          get pathInIncomingRequest() {
            return pathOf() as Path;
          },
        })
      : response;
    this.#restrict(call, () => response.http?.headers.get('cache-control') ?? null);
    return result;
  }

  #restrict({ incoming }: SubgraphCall, headerOf: () => string | null): void {
    if (this.honorSubgraphCacheControlHeader && incoming.overallCachePolicy)
      restrictCachePolicy(incoming, headerOf());
  }

  #report(error: Error, { http }: GatewayGraphQLRequest, context: Context): void {
    if (this.didEncounterError === ApolloDataSource.prototype.didEncounterError) return;
    const { url = this.url, headers = [] } = http ?? {};
    const request = new Request(url, { method: 'POST', headers: [...headers] });
    type Arguments = Parameters<ApolloDataSource['didEncounterError']>;
    this.didEncounterError(error, request as unknown as Arguments[1], undefined, context);
  }
}
