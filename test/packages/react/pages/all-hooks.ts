/** A page with every hook. */
import { createSallyport } from '@sallyport/client';
import { addPasskey } from '@sallyport/client/passkeys';
import * as hooks from '@sallyport/react';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

createRoot(document.body).render(createElement('p'));
Object.assign(globalThis, { createSallyport, addPasskey, ...hooks });
