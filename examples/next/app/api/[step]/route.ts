import { type NextStep, SallyportError } from '@sallyport/client';
import { auth, CHALLENGE, type OpenChallenge, openChallenge } from '../../../lib/auth';

type Visit = ReturnType<typeof auth.open>;
type Field = (name: string) => string;

/** What the forms of the page do. Each gives the next step, or null. */
const STEPS: Record<string, (sallyport: Visit, field: Field, open: OpenChallenge | null) => Promise<NextStep | null>> =
  {
    'sign-up': (sallyport, field) => sallyport.register({ email: field('email'), password: field('password') }),
    'sign-in': (sallyport, field) => sallyport.login({ identifier: field('email'), password: field('password') }),
    verify: (sallyport, field, open) =>
      sallyport.verifyOtp({
        challengeToken: open?.challengeToken ?? '',
        code: field('code'),
        trustDevice: field('trust') === 'on',
      }),
    back: async () => null,
    'sign-out': async (sallyport) => {
      await sallyport.logout();
      return null;
    },
  };

/** POST /api/sign-in and its like: from a form, without a script. Leads back to the page. */
export async function POST(request: Request, { params }: { params: Promise<{ step: string }> }): Promise<Response> {
  const { step } = await params;
  const take = Object.hasOwn(STEPS, step) ? STEPS[step] : undefined;
  if (!take) return new Response(null, { status: 404 });
  const sallyport = auth.open(request);
  const form = await request.formData();
  const field: Field = (name) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const open = openChallenge(request.headers);
  try {
    const next = await take(sallyport, field, open);
    return sallyport.commit(backToThePage('/', next?.step === 'challenge' ? next : null));
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error;
    const isOver = error.code === 'CHALLENGE_EXPIRED' || error.code === 'TOO_MANY_ATTEMPTS';
    return sallyport.commit(backToThePage(`/?refused=${error.code}`, isOver ? null : open));
  }
}

/** Another method would be repeated by a reload (303: RFC 9110 §15.4.4). Scripts cannot read the challenge. */
function backToThePage(location: string, open: OpenChallenge | null): Response {
  const value =
    open && encodeURIComponent(JSON.stringify({ challengeToken: open.challengeToken, sentTo: open.sentTo }));
  const cookie = `${CHALLENGE}=${value ?? ''}; Path=/; Max-Age=${value ? 600 : 0}; HttpOnly; SameSite=Lax`;
  return new Response(null, { status: 303, headers: { location, 'set-cookie': cookie } });
}
