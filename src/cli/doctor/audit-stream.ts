import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createSinks } from '../../audit/stream/create-sinks.js';
import { isExposed } from '../../platform/exposed-files.js';
import { type CheckNeeds, type Found, problem, warning } from './finding.js';

/** Connects to the syslog server without sending; checks whether the file could be written, without creating it. */
export async function checkAuditStream({ config }: CheckNeeds): Promise<Found[]> {
  const [syslog] = createSinks({ ...config, auditFile: undefined });
  const found: Found[] = [];
  await syslog?.send([], AbortSignal.timeout(CONNECT_TIMEOUT)).catch((error: Error) => {
    found.push(
      problem(
        `The server of AUDIT_SYSLOG cannot be used: ${error.message}`,
        WHY,
        'Check its host, port and certificate (NODE_EXTRA_CA_CERTS), and that it closes a connection that this server closes: docs/audit-log.md.',
      ),
    );
  });
  const { auditFile } = config;
  if (!auditFile) return found;
  await checkFile(auditFile).catch((error: Error) => {
    found.push(
      problem(
        `AUDIT_FILE cannot be written: ${error.message}.`,
        WHY,
        'Name a file in a folder that exists, and let this user write to it.',
      ),
    );
  });
  if (isExposed(auditFile))
    found.push(
      warning(
        `${auditFile} can be read by every user of this machine.`,
        'It holds the addresses and devices of people.',
        'chmod 600, and see what creates it.',
      ),
    );
  return found;
}

const CONNECT_TIMEOUT = 5000;
const WHY = 'Audit events wait until they can be sent, and are deleted after AUDIT_RETENTION.';

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found) return access(dirname(path), constants.W_OK | constants.X_OK);
  if (!found.isFile()) throw new Error('it is not a file');
  await access(path, constants.R_OK | constants.W_OK);
}
