import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** More tokens than this are not parsed; more fields, fragments expanded, are not validated. */
export const MAX_TOKENS = 1000;
export const MAX_SELECTIONS = 2000;

const refuse = {
  exposeLimits: false,
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: Error) =>
      context?.reportError(new GraphQLError(error.message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })),
  ],
};

/** What a document may be. GraphiQL's introspection is 13 deep and must fit where introspection is on. */
export function validationRules({ explorer }: { explorer: boolean }): ValidationRule[] {
  return [
    maxDepthRule({ n: explorer ? 15 : 8, flattenFragments: true, ...refuse }),
    maxAliasesRule({ n: 15, allowList: [], ...refuse }),
    maxDirectivesRule({ n: 10, ...refuse }),
    oneMutationRule,
  ] as ValidationRule[];
}

/** One root mutation per request: fifty aliased logins in one document are fifty guesses for the price of one request. */
function oneMutationRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      // graphql-js validates fields of a type that is not there, and fails only when it executes.
      if (!context.getSchema().getRootType(operation.operation)) {
        refuseOperation(context, operation, `There are no ${operation.operation}s here.`);
      }
      if (
        operation.operation === OperationTypeNode.MUTATION &&
        countFields(context, operation.selectionSet, new Set()) > 1
      ) {
        refuseOperation(
          context,
          operation,
          'A request may hold one mutation. Send the others in requests of their own.',
        );
      }
      return false;
    },
  };
}

function refuseOperation(context: ValidationContext, node: OperationDefinitionNode, message: string): void {
  context.reportError(new GraphQLError(message, { nodes: [node], extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }));
}

function countFields(context: ValidationContext, { selections }: SelectionSetNode, seen: Set<string>): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) count += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT) count += countFields(context, selection.selectionSet, seen);
    else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value);
      const fragment = context.getFragment(selection.name.value);
      // A fragment used twice counts twice outside, but a cycle must end.
      if (fragment) count += countFields(context, fragment.selectionSet, seen);
    }
  }
  return count;
}
