import { createSallyport } from '@sallyport/client';
import { clientPerUser, urqlHttp, urqlRefusal } from '@sallyport/client/urql';
import { SallyportProvider } from '@sallyport/react';
import { type ReactNode, StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { cacheExchange, Client, fetchExchange, gql, Provider, useQuery } from 'urql';
import { Account } from '../react-forms/account.js';

const sallyport = createSallyport({ url: document.documentElement.dataset.gateway ?? '' });

// Your API: here it is the gateway's own. `fetch` sends the access token along, and renews it.
const makeClient = () => new Client({ ...urqlHttp(sallyport), exchanges: [cacheExchange, fetchExchange] });

/** The cache of urql cannot be emptied: each user gets a client. */
function ApiProvider({ children }: { children: ReactNode }) {
  const [client, setClient] = useState(makeClient);
  useEffect(() => clientPerUser(sallyport, makeClient, setClient), []);
  return <Provider value={client}>{children}</Provider>;
}

const ME = gql<{ me: { id: string; email: string; emailVerified: boolean } | null }>`
  query Me {
    me {
      id
      email
      emailVerified
    }
  }
`;

function Me() {
  const [{ data, error }] = useQuery({ query: ME });
  if (error) return <p role="alert">{urqlRefusal(error)?.message ?? 'The service cannot be reached.'}</p>;
  return <h1>{data?.me?.email}</h1>;
}

createRoot(document.body).render(
  <StrictMode>
    <SallyportProvider client={sallyport}>
      <ApiProvider>
        <Account>
          <Me />
        </Account>
      </ApiProvider>
    </SallyportProvider>
  </StrictMode>,
);
