/** What a search reads of a person: the expressions that the indexes are made of and that queries must use letter for letter. */
export interface SearchedColumns {
  email: string;
  username: string;
  displayName: string;
}

/**
 * The printable ASCII that is no letter and no digit. Named by code, not by class: no locale and no new version of one
 * changes what the index holds, and lower() makes none of them out of another character.
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

/** The first is empty where the text begins with a separator, the last where it ends with one. */
export function words(text: string): string {
  return `regexp_split_to_array(${text}, '${SEPARATOR}+')`;
}
