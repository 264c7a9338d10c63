import { type Guard, GuardError, type Identity } from './guard.js';

interface Request {
  headers: { authorization?: string | undefined };
}
interface Reply {
  code(status: number): Reply;
  headers(values: Record<string, string>): Reply;
  send(body: unknown): unknown;
}
interface Application {
  decorateRequest(name: string, value: null): unknown;
  addHook(name: 'onRequest', hook: (request: Request, reply: Reply) => Promise<unknown>): unknown;
  setErrorHandler(handler: (error: Error, request: unknown, reply: Reply) => unknown): unknown;
}

/** Puts the identity into `request.identity`: null without a token. A GuardError, here and in routes, is answered with its status. */
export function protect(app: Application, guard: Guard): void {
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request) => {
    (request as { identity?: Identity | null }).identity = await guard.authenticate(request.headers.authorization);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof GuardError)) return reply.send(error);
    return reply.code(error.status).headers(error.headers).send({ error: error.extensions, message: error.message });
  });
}
