import { NextResponse } from 'next/server';
import { auth } from './lib/auth';

/** Renews the token before the page is rendered: components read cookies, and can set none. */
export async function proxy(request: Request): Promise<Response> {
  const sallyport = auth.open(request);
  await sallyport.getAccessToken().catch(() => null);
  const headers = new Headers(request.headers);
  const renewed = sallyport.setCookies().map((line) => line.split(';', 1)[0] ?? '');
  if (renewed.length > 0) headers.set('cookie', merged(request.headers.get('cookie'), renewed));
  return sallyport.commit(NextResponse.next({ request: { headers } }));
}

/** The page must see the new cookies, and not those that the browser sent. */
function merged(sent: string | null, renewed: string[]): string {
  const pairs = [...(sent ?? '').split('; '), ...renewed].filter(Boolean);
  return [...new Map(pairs.map((pair) => [pair.split('=', 1)[0], pair])).values()].join('; ');
}

/** Pages alone: what is in api/ renews and commits by itself. */
export const config = { matcher: '/' };
