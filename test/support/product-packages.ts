/** Packages as the product has loaded them: another copy would not know the types of its schema. */
const { builtModule } = globalThis as unknown as { builtModule(name: string): unknown };

export const {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} = builtModule('graphql') as typeof import('graphql');
export const { ApolloServer, HeaderMap } = builtModule('@apollo/server') as typeof import('@apollo/server');
export const { getMetadataStorage } = builtModule('type-graphql') as typeof import('type-graphql');
