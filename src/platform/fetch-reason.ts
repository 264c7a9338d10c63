/** Why a fetch failed, without any value that was sent. The message is only `fetch failed`; its cause has the code, such as ECONNREFUSED. */
export function fetchReason(error: unknown, within = 'in time'): string {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return name === 'TimeoutError' ? `no whole answer ${within}` : (cause?.code ?? name);
}
