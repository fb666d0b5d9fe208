// Joins a subgraph's SDL with the resolvers of its modules, and rejects mistakes that would otherwise go unnoticed.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isEnumType, isInterfaceType, isObjectType, isScalarType, parse } from 'graphql';
import { enforceAccess } from '../access/access-rules.ts';
import type { Resolver, Resolvers } from '../loaders.ts';
import { isDeclaredRefusal, refusalCodeOf } from '../mutations/refusals.ts';
import { encryptCursors } from '../pagination/cursors.ts';
import { checkRepresentations } from './representations.ts';
import { scalarResolvers } from './scalars.ts';

/** Builds the schema. Throws if a resolver names a type or field that the SDL does not define, or that another module resolves. */
export function buildExecutableSchema(sdl: string, modules: readonly Resolvers[]): GraphQLSchema {
  const resolvers: Resolvers = {};
  for (const module of modules) {
    for (const [type, fields] of Object.entries(module)) {
      for (const [field, resolver] of Object.entries(fields)) {
        resolvers[type] ??= {};
        const ofType = resolvers[type] as Record<string, Resolver>;
        if (ofType[field]) throw new Error(`two modules resolve ${type}.${field}`);
        ofType[field] = resolver;
      }
    }
  }
  const bare = buildSubgraphSchema(parse(sdl));
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = bare.getType(typeName);
    if (!isObjectType(type) && !isInterfaceType(type) && !isEnumType(type))
      throw new Error(`resolvers for ${typeName}, which the SDL does not define`);
    for (const field of Object.keys(fields)) {
      if (field.startsWith('__') || isEnumType(type)) continue;
      if (!type.getFields()[field])
        throw new Error(`a resolver for ${typeName}.${field}, which the SDL does not define`);
    }
  }
  const scalars = Object.fromEntries(
    Object.entries(scalarResolvers).filter(([name]) => isScalarType(bare.getType(name))),
  );
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: { ...resolvers, ...scalars } }]);
  resolveRefusalCodes(schema);
  encryptCursors(schema);
  enforceAccess(schema);
  checkRepresentations(schema);
  return schema;
}

/** Resolves the code of every refusal. Throws for a refusal without a message, and for one that the enum does not list. */
function resolveRefusalCodes(schema: GraphQLSchema): void {
  const refusal = schema.getType('Refusal');
  if (!isInterfaceType(refusal)) return;
  const codes = schema.getType('RefusalCode');
  for (const type of schema.getPossibleTypes(refusal)) {
    const code = refusalCodeOf(type.name);
    if (!isDeclaredRefusal(type.name))
      throw new Error(`${type.name} has no message: declare it by defineRefusal`);
    if (!isEnumType(codes) || !codes.getValue(code)) throw new Error(`RefusalCode does not list ${code}`);
    const field = type.getFields().code;
    if (field) field.resolve = () => code;
  }
}
