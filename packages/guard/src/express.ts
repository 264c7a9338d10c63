import { type Guard, GuardError, type Identity } from './guard.js';

interface Request {
  headers: { authorization?: string | undefined };
  identity?: Identity | null;
}
interface Response {
  status(code: number): Response;
  set(headers: Record<string, string>): Response;
  json(body: unknown): unknown;
}

/** `app.use(identify(guard))` puts the identity into `request.identity`: null without a token. A bad token is refused. */
export function identify(guard: Guard) {
  return async (request: Request, _response: unknown, next: (error?: unknown) => void): Promise<void> => {
    try {
      request.identity = await guard.authenticate(request.headers.authorization);
    } catch (error) {
      return next(error);
    }
    next();
  };
}

/** `app.use(answerRefusals)`, after the routes: answers a GuardError with its status and headers. */
export function answerRefusals(
  error: unknown,
  _request: unknown,
  response: Response,
  next: (error: unknown) => void,
): void {
  if (!(error instanceof GuardError)) return next(error);
  response.status(error.status).set(error.headers).json({ error: error.extensions, message: error.message });
}
