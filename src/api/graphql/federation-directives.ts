import { type ConstDirectiveNode, type DocumentNode, Kind, parse, visit } from 'graphql';
import type { Config } from '../../config/config.js';
import type { Permissions } from './permissions.js';
import { type Requirement, requirementOf } from './rules.js';

export type DirectiveSettings = Pick<Config, 'federationDirectives' | 'reauthenticationAge'>;

/**
 * Writes into the SDL what a router can decide by the token alone, so that it refuses before it calls us. We check again in any case. Only
 * operations are restricted: a client that selects `login { user { email } }` has no token yet, and is signed in by the time the field is
 * resolved.
 */
export function addPermissionDirectives(
  typeDefs: DocumentNode,
  permissions: Permissions,
  { federationDirectives, reauthenticationAge }: DirectiveSettings,
): DocumentNode {
  const directives = DIRECTIVES_OF[federationDirectives];
  const stepUp = `stepup:${Math.ceil(reauthenticationAge / 1000)}s`;
  if (directives.length === 0) return typeDefs;
  return visit(typeDefs, {
    SchemaDefinition: (node) => ({ ...node, directives: node.directives?.map((one) => withImports(one, directives)) }),
    ObjectTypeDefinition(type) {
      const rows = rowsOf(permissions[type.name.value]);
      const here = ROOTS.has(type.name.value) ? directives : ['@tag'];
      const fields = type.fields?.map((field) => {
        const requirement = requirementOf(rows[field.name.value] ?? {});
        const directives = requirement
          ? directivesFor(requirement, stepUp).filter(({ name }) => here.includes(`@${name.value}`))
          : [];
        return { ...field, directives: [...(field.directives ?? []), ...directives] };
      });
      return { ...type, fields };
    },
  });
}

const ROOTS = new Set(['Query', 'Mutation']);

/** Each level includes those before it. */
const DIRECTIVES_OF: Record<DirectiveSettings['federationDirectives'], readonly string[]> = {
  off: [],
  tags: ['@tag'],
  on: ['@tag', '@authenticated', '@requiresScopes'],
  policies: ['@tag', '@authenticated', '@requiresScopes', '@policy'],
};

function directivesFor({ permission, recent = false }: Requirement, stepUp: string): readonly ConstDirectiveNode[] {
  const needed =
    permission === undefined ? '@authenticated' : `@tag(name: "admin") @requiresScopes(scopes: [["${permission}"]])`;
  return directivesIn(`${needed} ${recent ? `@policy(policies: [["${stepUp}"]])` : ''}`);
}

/** Parses them as they are written on a field. */
function directivesIn(text: string): readonly ConstDirectiveNode[] {
  const [type] = parse(`type T { f: Int ${text} }`, { noLocation: true }).definitions;
  if (type?.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
  return type.fields?.[0]?.directives ?? [];
}

/** The import list of @link: a directive that is missing there would need a prefix. */
function withImports(link: ConstDirectiveNode, names: readonly string[]): ConstDirectiveNode {
  const imported = names.map((value) => ({ kind: Kind.STRING as const, value }));
  return {
    ...link,
    arguments: link.arguments?.map((argument) =>
      argument.name.value === 'import' && argument.value.kind === Kind.LIST
        ? { ...argument, value: { ...argument.value, values: [...argument.value.values, ...imported] } }
        : argument,
    ),
  };
}

/** A single rule for a whole type names no field. */
function rowsOf(table: object | undefined): Record<string, object> {
  return table !== undefined && requirementOf(table) === null ? (table as Record<string, object>) : {};
}
