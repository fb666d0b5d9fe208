// Users, reviews and products: the usual shape for comparing federation gateways, with our own data.
import { type Graph, numbers, type Subgraph, text } from './graph.ts';

interface User {
  id: string;
  name: string;
  username: string;
  birthday: number;
}
interface Product {
  upc: string;
  name: string;
  price: number;
  weight: number;
}
interface Review {
  id: string;
  body: string;
  product: { upc: string };
}

const random = numbers(7);

const users: User[] = [
  'Ada Nowak',
  'Bo Lindqvist',
  'Chen Yu',
  'Dara Okafor',
  'Emil Sandoval',
  'Fay Whitmore',
].map((name, index) => ({
  id: String(index + 1),
  name,
  username: name.split(' ')[0]?.toLowerCase() ?? '',
  birthday: 19_700_101 + index,
}));

const products: Product[] = [
  ['Desk', 899, 100],
  ['Bench', 1299, 1000],
  ['Mug', 15, 20],
  ['Stool', 499, 100],
  ['Radio', 1299, 1000],
  ['Torch', 6999, 300],
  ['Stove', 3999, 2000],
  ['Piano', 100_000, 6000],
  ['Divan', 9999, 800],
].map(([name, price, weight], index) => ({
  upc: String(index + 1),
  name: String(name),
  price: Number(price),
  weight: Number(weight),
}));

/** The product of each review, and the length of its text. */
const reviews: Review[] = (
  [
    [1, 445],
    [1, 290],
    [1, 276],
    [1, 143],
    [2, 445],
    [2, 290],
    [2, 276],
    [2, 143],
    [3, 143],
    [4, 143],
    [4, 856],
  ] as const
).map(([product, length], index) => ({
  id: String(index + 1),
  body: text(random, length),
  product: { upc: String(product) },
}));

const firstUser = users[0] as User;

const accounts: Subgraph = {
  name: 'accounts',
  sdl: `
type Query { me: User user(id: ID!): User users: [User] }
type User @key(fields: "id") { id: ID! name: String username: String @shareable birthday: Int }
`,
  resolvers: {
    Query: {
      me: () => firstUser,
      user: (_: unknown, { id }: { id: string }) => users.find((user) => user.id === id),
      users: () => users,
    },
    User: { __resolveReference: ({ id }: User) => users.find((user) => user.id === id) },
  },
};

const inventory: Subgraph = {
  name: 'inventory',
  sdl: `
type Product @key(fields: "upc") {
  upc: String!
  weight: Int @external
  price: Int @external
  inStock: Boolean
  shippingEstimate: Int @requires(fields: "price weight")
}
`,
  resolvers: {
    Product: {
      __resolveReference: (product: Product) => ({
        ...product,
        inStock: [1, 5, 6, 7, 9].includes(Number(product.upc)),
      }),
      shippingEstimate: ({ price, weight }: Product) => (price > 1000 ? 0 : Math.floor(weight / 2)),
    },
  },
};

const productsSubgraph: Subgraph = {
  name: 'products',
  sdl: `
type Query { topProducts(first: Int = 5): [Product] }
type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }
`,
  resolvers: {
    Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
    Product: { __resolveReference: ({ upc }: Product) => products.find((product) => product.upc === upc) },
  },
};

const reviewsSubgraph: Subgraph = {
  name: 'reviews',
  sdl: `
type Review @key(fields: "id") { id: ID! body: String product: Product author: User @provides(fields: "username") }
type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
type Product @key(fields: "upc") { upc: String! reviews: [Review] }
`,
  resolvers: {
    Review: {
      __resolveReference: ({ id }: Review) => reviews.find((review) => review.id === id),
      author: () => ({ id: firstUser.id, username: firstUser.username }),
    },
    User: { reviews: () => reviews.slice(0, 2) },
    Product: { reviews: ({ upc }: Product) => reviews.filter((review) => review.product.upc === upc) },
  },
};

export const shop: Graph = {
  name: 'shop',
  subgraphs: [accounts, inventory, productsSubgraph, reviewsSubgraph],
};

/** 16 planned fetches, a response of about 88 KB. */
export const shopQuery = `
fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
query Shop {
  users {
    ...User
    reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } }
  }
  topProducts {
    ...Product
    reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
  }
}`;
