import { type Guard, GuardError } from './guard.js';

interface Context {
  req: { header(name: string): string | undefined };
  set(name: string, value: unknown): void;
}

/** `app.use(identify(guard))`: `c.get('identity')` is null without a token. A bad token is refused. */
export function identify(guard: Guard) {
  return async (context: Context, next: () => Promise<void>): Promise<void> => {
    context.set('identity', await guard.authenticate(context.req.header('authorization')));
    await next();
  };
}

/** `app.onError(answerRefusals)`: answers a GuardError with its status and headers; everything else is thrown on. */
export function answerRefusals(error: unknown): Response {
  if (!(error instanceof GuardError)) throw error;
  const { status, headers, extensions, message } = error;
  return Response.json({ error: extensions, message }, { status, headers });
}
