import { Eta } from 'eta';

/** Templates for HTML and text: `<%= %>` escapes, `<%~ %>` does not and is only for the output of another view. */
const escaping = new Eta({ autoEscape: true });
const verbatim = new Eta({ autoEscape: false });

/** Compiles a template once; the data is `it`. Every `<%= %>` is escaped for element content and quoted attributes. */
export function htmlView<Data extends object>(source: string): (data: Data) => string {
  const compiled = escaping.compile(source);
  return (data) => escaping.render(compiled, data);
}

/** The same for plain text, which has no markup. */
export function textView<Data extends object>(source: string): (data: Data) => string {
  const compiled = verbatim.compile(source);
  return (data) => verbatim.render(compiled, data);
}
