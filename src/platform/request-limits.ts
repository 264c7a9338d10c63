/** A row of docs/limits.md, which is printed from here. */
interface RequestLimit {
  allowed: number;
  /** What is counted, as the refusal names it. */
  what: string;
  /** Further text for the table. */
  meaning: string;
  /** What the client can do, as a sentence. */
  advice?: string;
}

/**
 * The limits of one request, so that a few bytes cannot become an answer of megabytes. The same in every mode: what works in development
 * must work in production.
 */
// oxfmt-ignore
export const REQUEST_LIMITS = {
  body:            limit(256 * 1024, 'bytes in the body'),
  tokens:          limit(1000, 'tokens in the document', 'Names, values and punctuation. A longer document is not parsed.'),
  selections:      limit(2000, 'fields in the document', 'Fragments count each time they are used.'),
  depth:           limit(8, 'levels of fields inside fields', 'Fragments add no level. Fields inside __schema and __type are not counted.'),
  aliases:         limit(15, 'aliases', 'Fragments count each time they are used.'),
  directives:      limit(5, 'directives', 'Fragments count each time they are used.'),
  mutations:       limit(1, 'mutations', 'Fifty logins in one document would be fifty guesses for the price of one request.', 'Send each mutation in a request of its own.'),
  representations: limit(1000, 'different representations', 'Of `_entities`. Counted by id: a person who is named twice counts once here, and twice among the rows.', 'Request the others in another request.'),
  page:            limit(100, 'rows in one page', '`first` and `last` of a connection.', 'Request a smaller page, and continue with its endCursor.'),
  rows:            limit(2000, 'rows of lists', 'All lists of a request share them, nested lists too. Before it is read, a page costs the rows that it requests and ten more; any other list costs one. Then each further row that a list returns costs one, once for each alias; so it is for `edges` and `nodes` of a page. `totalCount` costs twenty.', 'Request smaller pages or fewer lists.'),
} satisfies Record<string, RequestLimit>;

/** The sentence and the extensions of a refusal: which limit, how much was requested (null: more than was counted), how much is allowed. */
export function beyond(
  name: keyof typeof REQUEST_LIMITS,
  asked: number | null,
): { message: string; limit: string; asked?: number; allowed: number } {
  const { allowed, what, advice }: RequestLimit = REQUEST_LIMITS[name];
  const amount =
    asked === null
      ? `more than the ${allowed} allowed`
      : `${asked}, but only ${allowed} ${allowed === 1 ? 'is' : 'are'} allowed`;
  const message = `Too many ${what}: ${amount}.${advice ? ` ${advice}` : ''}`;
  return { message, limit: name, ...(asked !== null && { asked }), allowed };
}

function limit(allowed: number, what: string, meaning = '', advice?: string): RequestLimit {
  return { allowed, what, meaning, ...(advice && { advice }) };
}
