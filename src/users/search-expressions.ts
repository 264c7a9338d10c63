/** The columns of a search. Queries must use the expressions below exactly as the indexes have them. */
export interface SearchedColumns {
  email: string;
  username: string;
  displayName: string;
}

/**
 * Printable ASCII without letters and digits. Ranges of codes, not character classes: no locale, nor a new version of one, changes what the
 * index holds, and lower() turns no other character into one of them.
 */
export const SEPARATOR = '[ -/:-@[-`{-~]';

/** Begins with a space, so that a space in a pattern matches the beginning of a word in every part. */
export function searchedText({ email, username, displayName }: SearchedColumns): string {
  return `lower(' ' || ${email} || ' ' || coalesce(${username}, '') || ' ' || coalesce(${displayName}, ''))`;
}

/** No parser, no stems, no positions: the words are the text between separators. */
export function searchedWords(columns: SearchedColumns): string {
  return `array_to_tsvector(array_remove(${words(searchedText(columns))}, ''))`;
}

/** The first word is empty if the text begins with a separator, the last if it ends with one. */
export function words(text: string): string {
  return `regexp_split_to_array(${text}, '${SEPARATOR}+')`;
}
