/** What a page has without the package: the size of the others is measured against it. */
import { createSallyport } from '@sallyport/client';
import { addPasskey } from '@sallyport/client/passkeys';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

createRoot(document.body).render(createElement('p'));
Object.assign(globalThis, { createSallyport, addPasskey });
