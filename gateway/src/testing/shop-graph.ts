// A graph of two subgraphs for tests: one computes fields from fields of the other.
import type { TestedSubgraph } from './federation.ts';

export const goods = [
  { upc: 'p1', name: '帽子 "红"', price: 100, weight: 10, inStock: true },
  { upc: 'p2', name: 'Stuhl\n大', price: 200, weight: 0, inStock: false },
];
const rates: Record<string, number> = { CNY: 1, EUR: 8 };

export const shopSubgraphs: TestedSubgraph[] = [
  {
    name: 'catalogue',
    sdl: `
      type Query { products: [Product!]! product(upc: String!): Product things: [Thing] }
      interface Thing { name: String }
      type Product implements Thing @key(fields: "upc") {
        upc: String! name: String weight: Int price(currency: String = "CNY"): Float tags(first: Int): [String!]
      }
      type Service implements Thing { name: String hours: Int }
    `,
    resolvers: {
      Query: {
        products: () => goods,
        product: (_root: unknown, { upc }: { upc: string }) => goods.find((each) => each.upc === upc),
        things: () => [
          { __typename: 'Product', ...goods[0] },
          { __typename: 'Service', name: '修理', hours: 2 },
        ],
      },
      Product: {
        __resolveReference: ({ upc }: { upc: string }) => goods.find((each) => each.upc === upc),
        price: ({ price }: { price: number }, { currency }: { currency: string }) =>
          price / (rates[currency] ?? 1),
        tags: ({ name }: { name: string }, { first }: { first?: number }) =>
          [name, 'b', 'c'].slice(0, first ?? 3),
      },
    },
  },
  {
    name: 'shipping',
    sdl: `
      type Product @key(fields: "upc") {
        upc: String!
        weight: Int @external
        price(currency: String = "CNY"): Float @external
        tags(first: Int): [String!] @external
        estimate: String @requires(fields: "weight")
        dutyCNY: String @requires(fields: "price(currency: \\"CNY\\")")
        dutyEUR: String @requires(fields: "price(currency: \\"EUR\\")")
        label: String @requires(fields: "tags(first: 2)")
        inStock: Boolean
      }
    `,
    resolvers: {
      Product: {
        __resolveReference: (reference: { upc: string }) => ({
          ...reference,
          inStock: goods.find((each) => each.upc === reference.upc)?.inStock,
        }),
        estimate: ({ weight }: { weight: number }) => `weight ${weight}`,
        dutyCNY: ({ price }: { price: number }) => `on ${price}`,
        dutyEUR: ({ price }: { price: number }) => `on ${price}`,
        label: ({ tags }: { tags: string[] }) => tags?.join('/'),
      },
    },
  },
];
