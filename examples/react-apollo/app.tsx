import { ApolloClient, gql, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client';
import { ApolloProvider, useQuery } from '@apollo/client/react';
import { createSallyport } from '@sallyport/client';
import { apolloHttp, apolloRefusal, clearApolloCache } from '@sallyport/client/apollo';
import { SallyportProvider } from '@sallyport/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Account } from '../react-forms/account.js';

const sallyport = createSallyport({ url: document.documentElement.dataset.gateway ?? '' });

// Your API: here it is the gateway's own. The link sends the access token along, and renews it.
const apollo = new ApolloClient({ link: new HttpLink(apolloHttp(sallyport)), cache: new InMemoryCache() });
clearApolloCache(sallyport, apollo);

const ME: TypedDocumentNode<{ me: { id: string; email: string; emailVerified: boolean } | null }> = gql`
  query Me {
    me {
      id
      email
      emailVerified
    }
  }
`;

function Me() {
  const { data, error } = useQuery(ME);
  if (error) return <p role="alert">{apolloRefusal(error)?.message ?? 'The service cannot be reached.'}</p>;
  return <h1>{data?.me?.email}</h1>;
}

createRoot(document.body).render(
  <StrictMode>
    <SallyportProvider client={sallyport}>
      <ApolloProvider client={apollo}>
        <Account>
          <Me />
        </Account>
      </ApolloProvider>
    </SallyportProvider>
  </StrictMode>,
);
