/** A page that shows who is signed in, and no more. */
import { createSallyport } from '@sallyport/client';
import { addPasskey } from '@sallyport/client/passkeys';
import { SallyportProvider, useSession } from '@sallyport/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

createRoot(document.body).render(createElement(SallyportProvider, { client: createSallyport({ url: '/' }) }));
Object.assign(globalThis, { addPasskey, useSession });
