import { unzipSync } from 'fflate';
import type { TestGateway } from './gateway.js';
import { until } from './until.js';

export const REQUEST_DATA_EXPORT = /* GraphQL */ `
  mutation {
    requestDataExport {
      id
      status
      requestedAt
      downloadUrl
      expiresAt
      bytes
    }
  }
`;

export const MY_DATA_EXPORTS = /* GraphQL */ `
  {
    me {
      dataExports {
        id
        status
        requestedAt
        downloadUrl
        expiresAt
        bytes
      }
    }
  }
`;

export interface Exported {
  id: string;
  status: string;
  requestedAt: string;
  downloadUrl: string | null;
  expiresAt: string | null;
  bytes: number | null;
}

/** Requested, and ready. */
export async function exportOf(gateway: TestGateway, token: string): Promise<Exported> {
  await gateway.ask(REQUEST_DATA_EXPORT, {}, { token });
  await until(async () => (await exportsOf(gateway, token))[0]?.status !== 'PENDING');
  return (await exportsOf(gateway, token))[0]!;
}

export async function exportsOf(gateway: TestGateway, token: string): Promise<Exported[]> {
  return (await gateway.ask(MY_DATA_EXPORTS, {}, { token })).me.dataExports;
}

export function download(gateway: TestGateway, url: string, token?: string): Promise<Response> {
  return gateway.http(new URL(url).pathname, token ? { headers: { authorization: `Bearer ${token}` } } : {});
}

/** The files of a download, and its JSON. */
export async function openArchive(answer: Response) {
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  const text = (name: string) => Buffer.from(files[name]!).toString('utf8');
  return {
    files,
    html: text('data.html'),
    json: text('data.json'),
    data: (JSON.parse(text('data.json')) as { data: Record<string, Record<string, unknown>[]> }).data,
  };
}
