import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type ValidationContext,
} from 'graphql';
import { beyond, REQUEST_LIMITS } from '../../platform/request-limits.js';

/** Limits of an operation: depth, aliases, directives, and one root mutation (platform/request-limits.ts). */
export function operationLimits(context: ValidationContext): ASTVisitor {
  const fragments = new Map<string, Measures>();

  function measuresOfFragment(name: string): Measures {
    const known = fragments.get(name);
    if (known) return known;
    fragments.set(name, NOTHING);
    const fragment = context.getFragment(name);
    const measures = fragment ? measure(fragment, measuresOfFragment) : NOTHING;
    fragments.set(name, measures);
    return measures;
  }

  return {
    OperationDefinition(operation) {
      // graphql-js validates fields of a root type that does not exist, and fails only at execution.
      if (!context.getSchema().getRootType(operation.operation)) {
        refuse(context, operation, { message: `The schema has no ${operation.operation}s.` });
      }
      const { roots, ...measures } = measure(operation, measuresOfFragment);
      for (const name of ['depth', 'aliases', 'directives'] as const) {
        if (measures[name] > REQUEST_LIMITS[name].allowed) refuse(context, operation, beyond(name, measures[name]));
      }
      if (operation.operation === OperationTypeNode.MUTATION && roots > REQUEST_LIMITS.mutations.allowed) {
        refuse(context, operation, beyond('mutations', roots));
      }
      return false;
    },
  };
}

function refuse(
  context: ValidationContext,
  node: OperationDefinitionNode,
  { message, ...extensions }: { message: string },
): void {
  const code = 'GRAPHQL_VALIDATION_FAILED';
  context.reportError(new GraphQLError(message, { nodes: [node], extensions: { code, ...extensions } }));
}

interface Measures {
  /** Fields at the top. */
  roots: number;
  depth: number;
  aliases: number;
  directives: number;
}

const NOTHING: Measures = { roots: 0, depth: 0, aliases: 0, directives: 0 };

/** Measures a selection with everything in it; fragments count as if they were written out. */
function measure(
  node: SelectionNode | OperationDefinitionNode | FragmentDefinitionNode,
  ofFragment: (name: string) => Measures,
): Measures {
  const inside =
    node.kind === Kind.FRAGMENT_SPREAD
      ? ofFragment(node.name.value)
      : (node.selectionSet?.selections ?? [])
          .map((selection) => measure(selection, ofFragment))
          .reduce(together, NOTHING);
  const directives = inside.directives + (node.directives?.length ?? 0);
  if (node.kind !== Kind.FIELD) return { ...inside, directives };
  // The types of a schema are deep; introspection has a rule of its own in graphql-js, and is off in production.
  const depth = node.name.value.startsWith('__') ? 1 : inside.depth + 1;
  return { roots: 1, depth, aliases: inside.aliases + (node.alias ? 1 : 0), directives };
}

function together(one: Measures, other: Measures): Measures {
  return {
    roots: one.roots + other.roots,
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
  };
}
