// The three subgraphs of Apollo's compatibility suite: products, which the suite tests, and the two that it works with.
import type { Resolvers } from '@district-graph/kit/loaders';
import type { Subgraph } from '@district-graph/kit/subgraph';

const subgraph = (name: string, modules: readonly Resolvers[]): Subgraph => ({
  name,
  folder: new URL(`${name}/`, import.meta.url),
  modules,
  personalData: { tables: [], impersonal: [] },
  seed: async () => {},
});

const createdBy = { email: 'support@apollographql.com', name: 'Jane Smith', totalProductsCreated: 1337 };
const dimensions = { size: 'small', weight: 1, unit: 'kg' };
const federationStudy = {
  study: { caseNumber: '1234', description: 'Federation Study' },
  outcome: null,
};
const studioStudy = { study: { caseNumber: '1235', description: 'Studio Study' }, outcome: null };
const products = [
  {
    id: 'apollo-federation',
    sku: 'federation',
    package: '@apollo/federation',
    variation: { id: 'OSS' },
    dimensions,
    createdBy,
    notes: null,
    research: [federationStudy],
  },
  {
    id: 'apollo-studio',
    sku: 'studio',
    package: '',
    variation: { id: 'platform' },
    dimensions,
    createdBy,
    notes: null,
    research: [studioStudy],
  },
];
const deprecatedProduct = {
  sku: 'apollo-federation-v1',
  package: '@apollo/federation-v1',
  reason: 'Migrate to Federation V2',
  createdBy,
};

/** Any of the three keys of a product. */
interface ProductKey {
  id?: string;
  sku?: string;
  package?: string;
  variation?: { id: string };
}

const productByKey = (key: ProductKey) =>
  products.find(({ id, sku, package: name, variation }) =>
    key.id !== undefined
      ? id === key.id
      : sku === key.sku && (name === key.package || variation.id === key.variation?.id),
  ) ?? null;

const deprecatedByKey = (key: { sku: string; package: string }) =>
  key.sku === deprecatedProduct.sku && key.package === deprecatedProduct.package ? deprecatedProduct : null;

interface UserKey {
  email: string;
  totalProductsCreated?: number;
  yearsOfEmployment?: number;
}

export const productsSubgraph = subgraph('products', [
  {
    Query: {
      product: (_root, { id }: { id: string }) => productByKey({ id }),
      deprecatedProduct: (_root, key: { sku: string; package: string }) => deprecatedByKey(key),
    },
    Product: { __resolveReference: productByKey },
    DeprecatedProduct: { __resolveReference: deprecatedByKey },
    ProductResearch: {
      __resolveReference: ({ study }: { study: { caseNumber: string } }) =>
        [federationStudy, studioStudy].find((each) => each.study.caseNumber === study.caseNumber) ?? null,
    },
    User: {
      // The fields that @requires names belong to the users subgraph: they are set only when the router sends them.
      __resolveReference: (key: UserKey) => (key.email === createdBy.email ? { ...createdBy, ...key } : null),
      averageProductsCreatedPerYear: ({ totalProductsCreated, yearsOfEmployment }: UserKey) =>
        totalProductsCreated && yearsOfEmployment
          ? Math.round(totalProductsCreated / yearsOfEmployment)
          : null,
    },
    Inventory: {
      __resolveReference: ({ id }: { id: string }) =>
        id === 'apollo-oss' ? { id, deprecatedProducts: [deprecatedProduct] } : null,
    },
  },
]);

const users = [
  {
    email: 'support@apollographql.com',
    name: 'Apollo Studio Support',
    totalProductsCreated: 10,
    yearsOfEmployment: 10,
  },
];

export const usersSubgraph = subgraph('users', [
  {
    Query: { users: () => users },
    User: {
      __resolveReference: (key: UserKey) => users.find(({ email }) => email === key.email) ?? null,
    },
  },
]);

const inventory = { id: 'apollo-oss', products: [{ id: 'apollo-federation' }] };
const inventoryById = ({ id }: { id: string }) => (id === inventory.id ? inventory : null);

interface DeliveredProduct {
  dimensions?: { size: string; weight: number };
}

export const inventorySubgraph = subgraph('inventory', [
  {
    Query: { inventory: (_root, key: { id: string }) => inventoryById(key) },
    Inventory: { __resolveReference: inventoryById, __resolveType: () => 'OpenSourceInventory' },
    OpenSourceInventory: { __resolveReference: inventoryById },
    Product: {
      delivery: ({ dimensions }: DeliveredProduct, { zip }: { zip?: string }) =>
        dimensions?.size === 'small' && dimensions.weight === 1 && zip === '94111'
          ? { estimatedDelivery: '5/1/2019', fastestDelivery: '5/1/2019' }
          : null,
    },
  },
]);
