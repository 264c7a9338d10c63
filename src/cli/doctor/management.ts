import { once } from 'node:events';
import { createServer } from 'node:net';
import { noAddressOfOurs } from '../../platform/free-port.js';
import { type CheckNeeds, type Found, NO_START, problem, problemOfError } from './finding.js';

/** Whether the server could listen there; if a program listens already, whether it is the server, and healthy. */
export async function checkManagement({ config: { management } }: CheckNeeds): Promise<Found[]> {
  if (!management?.port) return [];
  const { host, port } = management;
  const { code, error } = await tryToListen(host, port);
  if (!error) return [];
  if (code !== 'EADDRINUSE') return [problemOfError(noAddressOfOurs(error, host, 'MANAGEMENT_HOST'), NO_START)];
  const url = `http://${HERE[host] ?? (host.includes(':') ? `[${host}]` : host)}:${port}`;
  if ((await ask(`${url}/health/live`)).status !== 'ok')
    return [
      problem(
        `Another program listens at MANAGEMENT_PORT ${port}.`,
        NO_START,
        'Stop it, or set another port, here and in whatever queries health and metrics.',
      ),
    ];
  const { reason } = await ask(`${url}/health/ready`);
  if (!reason) return [];
  return [problem(`The server that runs is not ready: ${reason}.`, 'No proxy sends it requests.', 'Mend that first.')];
}

/** An address that means all interfaces is queried at the loopback one. */
const HERE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
const ANSWER_TIMEOUT = 3000;

async function tryToListen(host: string, port: number): Promise<{ code?: string; error?: unknown }> {
  const probe = createServer();
  try {
    await once(probe.listen(port, host), 'listening');
    return {};
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? '', error };
  } finally {
    probe.close();
  }
}

/** The health that a server of ours reports; empty if it is another program. */
async function ask(url: string): Promise<{ status?: string; reason?: string }> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
    return ((await answer.json()) ?? {}) as { status?: string; reason?: string };
  } catch {
    return {};
  }
}
